using EtcdAdmin.Client.Records;
using EtcdAdmin.Database;

namespace EtcdAdmin.Snapshots;

/// <summary>A snapshot that was saved and checked on a member's host and is kept there.</summary>
public sealed record EtcdHostSnapshot
{
    /// <summary>The host's name, as the operator uses it.</summary>
    public required string HostName { get; init; }

    /// <summary>Full path of the file on the host. Only the owner, the user who logs in, can read it.</summary>
    public required string Path { get; init; }

    /// <summary>SHA-256 of the complete file, lower-case hexadecimal, as <c>sha256sum</c> prints it.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Bytes of the file.</summary>
    public required long Size { get; init; }

    /// <summary>The hash that etcd's own tool on the host prints; see <see cref="SnapshotInfo.Hash"/>.</summary>
    public required uint Hash { get; init; }

    /// <summary>The highest revision in the snapshot. 0 if nothing was ever written.</summary>
    public required long Revision { get; init; }

    /// <summary>Number of keys at that revision, counted by the live member; null if the member could not count them any more.</summary>
    public required long? TotalKeys { get; init; }

    /// <summary>The member's etcd version; null if the member did not report it.</summary>
    public required EtcdVersion? Version { get; init; }

    /// <summary>The name of the cluster that the snapshot comes from.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The ID of that cluster.</summary>
    public required ClusterId ClusterId { get; init; }

    /// <summary>The member that the snapshot was taken from.</summary>
    public required string Member { get; init; }

    /// <summary>The time when the snapshot was taken.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>A POSIX shell command that copies the snapshot and its manifest into the current folder of this machine.</summary>
    public required string CopyCommand { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{HostName}:{Path}";
}
