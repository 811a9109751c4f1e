using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Provisioning.Files;

namespace EtcdAdmin.Provisioning.Phases;

/// <summary>The files of a member that a restart takes into use.</summary>
internal interface IRestartFiles
{
    /// <summary>What the member runs with afterwards, for messages.</summary>
    string Name { get; }

    /// <summary>Keeps the present files.</summary>
    Task KeepAsync(CancellationToken cancellationToken);

    /// <summary>Writes the new files.</summary>
    Task WriteAsync(CancellationToken cancellationToken);

    /// <summary>Puts the kept files back, by renames.</summary>
    Task PutBackAsync(CancellationToken cancellationToken);
}

/// <summary>Configuration and unit, as the specification has them.</summary>
/// <param name="files">The member's files.</param>
/// <param name="cluster">The cluster with the new settings.</param>
/// <param name="member">The member.</param>
/// <param name="formerConfig">The member's former configuration, if an interrupted run has replaced it already; else null.</param>
internal sealed class ConfigurationFiles(MemberFiles files, EtcdCluster cluster, MemberSpec member, string? formerConfig) : IRestartFiles
{
    /// <inheritdoc/>
    public string Name => "the new settings";

    /// <inheritdoc/>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        await files.KeepConfigAsync(cancellationToken).ConfigureAwait(false);
        if (formerConfig is not null) await files.KeepFormerConfigAsync(formerConfig, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        // First: a member with the setting and without the list refuses every connection.
        await files.WriteRevocationAsync(cluster.RequireSpec(), cancellationToken).ConfigureAwait(false);
        await files.WriteConfigAsync(cluster.Name, EtcdConfiguration.Render(cluster.RequireSpec(), member), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task PutBackAsync(CancellationToken cancellationToken) => files.PutConfigBackAsync(cancellationToken);
}
