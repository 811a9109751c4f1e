using EtcdAdmin.Packages.Names;

namespace EtcdAdmin.Packages.Unpacked;

/// <summary>An etcd that is ready to be used: its programs lie unpacked in a folder of this machine.</summary>
public sealed record EtcdPackage
{
    /// <summary>The version, as <c>etcd --version</c> says where it runs here, else as the archive is named.</summary>
    public required EtcdVersion Version { get; init; }

    /// <summary>The operating system it is for: <c>linux</c>, <c>windows</c> or <c>darwin</c>.</summary>
    public required string Os { get; init; }

    /// <summary>The processor it is for, named as etcd's releases name it: <c>amd64</c>, <c>arm64</c>, <c>ppc64le</c>, <c>s390x</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>Where it was found this time; <see cref="PackageSource.Cache"/> for one fetched earlier.</summary>
    public required PackageSource Source { get; init; }

    /// <summary>Where it came from at first: a URL, a file, a folder, or the suite and version of a Debian package.</summary>
    public required string Location { get; init; }

    /// <summary>
    /// SHA-256 in lower-case hexadecimal: of the archive it came in (the <c>etcd-server</c> package where two .deb files make
    /// one), or of the etcd program itself where there was no archive (PATH, an unpacked folder).
    /// </summary>
    public required string Sha256 { get; init; }

    /// <summary>The folder that holds the programs.</summary>
    public required string Folder { get; init; }

    /// <summary>The server.</summary>
    public required string EtcdPath { get; init; }

    /// <summary>The client; null where the package has none.</summary>
    public string? EtcdctlPath { get; init; }

    /// <summary>The tool for data directories and snapshots, part of etcd from 3.5 on; null where the package has none.</summary>
    public string? EtcdutlPath { get; init; }

    /// <summary>What restores snapshots: etcdutl, up to 3.5 also etcdctl; null where the package has no such tool.</summary>
    /// <remarks>Source: etcd <c>etcdctl/ctlv3/command/snapshot_command.go</c>, which only saves them from 3.6 on.</remarks>
    public string? RestoreToolPath => EtcdutlPath ?? ((Version.Major, Version.Minor).CompareTo((3, 6)) < 0 ? EtcdctlPath : null);

    /// <summary>Operating system and processor together.</summary>
    public EtcdPlatform Platform => new(Os, Architecture);

    /// <summary>For instance <c>etcd 3.5.16 linux-amd64 (Release)</c>.</summary>
    public override string ToString() => $"etcd {Version} {Platform} ({Source})";
}
