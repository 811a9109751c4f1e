using EtcdAdmin.Client.Options;
using EtcdAdmin.Recovery.Restore;

namespace EtcdAdmin.Recovery.Undo;

/// <summary>Which restore to undo, and how.</summary>
public sealed record UndoRequest
{
    /// <summary>The restore's <see cref="EtcdRestore.Id"/>; null means the latest restore that can be undone.</summary>
    public string? Id { get; init; }

    /// <summary>
    /// By how much revisions are raised above those of the old data. This is not possible in a data directory with a log, so the old database is
    /// restored into a cluster with another id. 0 puts the data back as it was.
    /// </summary>
    public long RevisionBump { get; init; }

    /// <summary>
    /// A user with the role <c>root</c> from before the restore, if authentication was enabled then; null means the cluster's own credential.
    /// </summary>
    public EtcdCredential? Credential { get; init; }

    /// <summary>How long the members have to become healthy.</summary>
    public TimeSpan HealthTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
