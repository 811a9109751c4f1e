using EtcdAdmin.Client.Records;
using EtcdAdmin.Database;

namespace EtcdAdmin.Snapshots;

/// <summary>A snapshot that was saved, checked and kept on a member's host.</summary>
public sealed record EtcdHostSnapshot
{
    /// <summary>The host, as the operator calls it.</summary>
    public required string HostName { get; init; }

    /// <summary>Full path of the file there. Only its owner can read it: the user who logs in.</summary>
    public required string Path { get; init; }

    /// <summary>SHA-256 of the whole file, lower-case hexadecimal, as <c>sha256sum</c> prints it there.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Bytes of the file.</summary>
    public required long Size { get; init; }

    /// <summary>What etcd's own tool on the host prints as its hash; see <see cref="SnapshotInfo.Hash"/>.</summary>
    public required uint Hash { get; init; }

    /// <summary>The highest revision in it. 0 where nothing was ever written.</summary>
    public required long Revision { get; init; }

    /// <summary>Keys that exist at that revision, counted by the live member; null where it could not tell any more.</summary>
    public required long? TotalKeys { get; init; }

    /// <summary>The version of the member it came from; null where that did not tell.</summary>
    public required EtcdVersion? Version { get; init; }

    /// <summary>The cluster it came from.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The same as the cluster itself calls it.</summary>
    public required ClusterId ClusterId { get; init; }

    /// <summary>The member it came from.</summary>
    public required string Member { get; init; }

    /// <summary>When it was taken.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Brings it and its notes into the current folder of this machine: a line for a POSIX shell.</summary>
    public required string CopyCommand { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{HostName}:{Path}";
}
