using System.Diagnostics.CodeAnalysis;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Database;
using EtcdAdmin.Snapshots.Formats;

namespace EtcdAdmin.Snapshots;

/// <summary>A snapshot with the contents of its file and the data of its manifest.</summary>
/// <remarks>Path, size and SHA-256 are those of the file as stored; the other properties describe the database in the file.</remarks>
public sealed record EtcdSnapshot : SnapshotInfo
{
    /// <summary>Creates a snapshot with these contents, in a plain file.</summary>
    [SetsRequiredMembers]
    internal EtcdSnapshot(SnapshotInfo contents, DateTimeOffset created)
        : base(contents)
    {
        Created = created;
        DatabaseSha256 = contents.Sha256;
    }

    /// <summary>The format of the file.</summary>
    public SnapshotFormat Format { get; init; } = SnapshotFormat.Plain;

    /// <summary>
    /// SHA-256 of the plain snapshot inside, lower-case hexadecimal; for a plain file the same as <see cref="SnapshotInfo.Sha256"/>. Two
    /// files with the same value contain the same snapshot, however they are compressed or encrypted.
    /// </summary>
    public string DatabaseSha256 { get; init; }

    /// <summary>The member's etcd version; null if it was not recorded.</summary>
    public EtcdVersion? Version { get; init; }

    /// <summary>The name of the cluster that the snapshot comes from; null for a file without a manifest.</summary>
    public string? ClusterName { get; init; }

    /// <summary>The ID of the cluster that the snapshot comes from; null if it was not recorded. The file itself does not contain it.</summary>
    public ClusterId? ClusterId { get; init; }

    /// <summary>The member that the snapshot was taken from; null for a file without a manifest.</summary>
    public string? Member { get; init; }

    /// <summary>The time when the snapshot was taken; if it was not recorded, the time when the file was last written.</summary>
    public DateTimeOffset Created { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Path;
}
