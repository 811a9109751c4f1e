using System.Diagnostics.CodeAnalysis;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Database;
using EtcdAdmin.Snapshots.Formats;

namespace EtcdAdmin.Snapshots;

/// <summary>A snapshot with all that is known of it: what its file holds, and what was noted when it was taken.</summary>
/// <remarks>Path, size and SHA-256 are those of the file as it lies there; the other properties tell of the database in it.</remarks>
public sealed record EtcdSnapshot : SnapshotInfo
{
    /// <summary>A snapshot with these contents, in a plain file.</summary>
    [SetsRequiredMembers]
    internal EtcdSnapshot(SnapshotInfo contents, DateTimeOffset created)
        : base(contents)
    {
        Created = created;
        DatabaseSha256 = contents.Sha256;
    }

    /// <summary>In what form it lies in its file.</summary>
    public SnapshotFormat Form { get; init; } = SnapshotFormat.Plain;

    /// <summary>
    /// SHA-256 of the plain snapshot inside, lower-case hexadecimal; where the file is plain the same as <see cref="SnapshotInfo.Sha256"/>. Two
    /// files with the same one hold the same, however they are packed.
    /// </summary>
    public string DatabaseSha256 { get; init; }

    /// <summary>The version of the member it came from; null where nobody noted it.</summary>
    public EtcdVersion? Version { get; init; }

    /// <summary>The name of the cluster it came from; null for a file from elsewhere.</summary>
    public string? ClusterName { get; init; }

    /// <summary>The cluster it came from; null where nobody noted it: the file itself does not tell.</summary>
    public ClusterId? ClusterId { get; init; }

    /// <summary>The member it came from; null for a file from elsewhere.</summary>
    public string? Member { get; init; }

    /// <summary>When it was taken; where nobody noted it when the file was last written.</summary>
    public DateTimeOffset Created { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Path;
}
