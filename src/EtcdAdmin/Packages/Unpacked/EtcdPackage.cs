using EtcdAdmin.Packages.Names;

namespace EtcdAdmin.Packages.Unpacked;

/// <summary>An etcd package that is ready to use: its programs are unpacked in a folder of this machine.</summary>
public sealed record EtcdPackage
{
    /// <summary>The version from <c>etcd --version</c> if it runs on this machine, otherwise from the archive's name.</summary>
    public required EtcdVersion Version { get; init; }

    /// <summary>Its operating system: <c>linux</c>, <c>windows</c> or <c>darwin</c>.</summary>
    public required string Os { get; init; }

    /// <summary>Its processor architecture, named as in etcd's releases: <c>amd64</c>, <c>arm64</c>, <c>ppc64le</c>, <c>s390x</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>The source it was found in this time; <see cref="PackageSource.Cache"/> for a package that was fetched earlier.</summary>
    public required PackageSource Source { get; init; }

    /// <summary>The place it was first fetched from: a URL, a file, a folder, or the suite and version of a Debian package.</summary>
    public required string Location { get; init; }

    /// <summary>SHA-256 in lower-case hexadecimal: of its archive (the <c>etcd-server</c> package for a pair of .deb files), or of the etcd program
    /// itself without an archive (PATH, an unpacked folder).</summary>
    public required string Sha256 { get; init; }

    /// <summary>The folder with the programs.</summary>
    public required string Folder { get; init; }

    /// <summary>The server.</summary>
    public required string EtcdPath { get; init; }

    /// <summary>The client; null if the package has none.</summary>
    public string? EtcdctlPath { get; init; }

    /// <summary>The tool for data directories and snapshots, part of etcd since 3.5; null if the package has none.</summary>
    public string? EtcdutlPath { get; init; }

    /// <summary>The tool that restores snapshots: etcdutl, up to 3.5 also etcdctl; null if the package has none.</summary>
    /// <remarks>Source: etcd <c>etcdctl/ctlv3/command/snapshot_command.go</c>, which can only save snapshots since 3.6.</remarks>
    public string? RestoreToolPath => EtcdutlPath ?? ((Version.Major, Version.Minor).CompareTo((3, 6)) < 0 ? EtcdctlPath : null);

    /// <summary>Operating system and processor architecture.</summary>
    public EtcdPlatform Platform => new(Os, Architecture);

    /// <summary>For instance <c>etcd 3.5.16 linux-amd64 (Release)</c>.</summary>
    public override string ToString() => $"etcd {Version} {Platform} ({Source})";
}
