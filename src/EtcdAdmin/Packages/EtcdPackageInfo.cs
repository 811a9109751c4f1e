using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Packages.Unpacked;

namespace EtcdAdmin.Packages;

/// <summary>Information about an etcd package in the cache, in a file or folder, or offered by a source.</summary>
/// <remarks>A package that is ready to use is an <see cref="EtcdPackage"/>.</remarks>
public sealed record EtcdPackageInfo
{
    /// <summary>The version of etcd.</summary>
    public required EtcdVersion Version { get; init; }

    /// <summary>Its operating system: <c>linux</c>, <c>windows</c> or <c>darwin</c>.</summary>
    public required string Os { get; init; }

    /// <summary>Its processor architecture, named as in etcd's releases: <c>amd64</c>, <c>arm64</c>, <c>ppc64le</c>, <c>s390x</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>The source that its programs were first fetched from, or that offers it.</summary>
    public required PackageSource Source { get; init; }

    /// <summary>The exact place in that source: a URL, a file, a folder, or the suite and version of a Debian package.</summary>
    public required string Location { get; init; }

    /// <summary>The file or folder on this machine; null if the package is only offered.</summary>
    public string? Path { get; init; }

    /// <summary>Bytes: of the file, or of the programs in the folder; null if the package is only offered.</summary>
    public long? Size { get; init; }

    /// <summary>SHA-256 in lower-case hexadecimal: of the file; for a folder, of the archive it was unpacked from, or of the etcd program without an
    /// archive; null if the package is only offered.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Its programs; empty if the package is only offered.</summary>
    public IReadOnlyList<EtcdProgram> Programs { get; init; } = [];

    /// <summary>Operating system and processor architecture.</summary>
    public EtcdPlatform Platform => new(Os, Architecture);

    /// <summary>For instance <c>etcd 3.5.16 linux-arm64</c>.</summary>
    public override string ToString() => $"etcd {Version} {Platform}";

    internal static EtcdPackageInfo OfCandidate(PackageCandidate candidate) => new()
    {
        Version = candidate.Version,
        Os = candidate.Platform.Os,
        Architecture = candidate.Platform.Architecture,
        Source = candidate.Source,
        Location = candidate.Location,
    };

    /// <summary>The information of a manifest, with the sizes of the programs on disk.</summary>
    internal static EtcdPackageInfo OfManifest(PackageManifest manifest, ProgramSet programs, string path)
    {
        EtcdProgram[] all = [.. programs.All.Select(p => new FileInfo(p)).Select(p =>
            new EtcdProgram(p.Name, p.Length, manifest.Programs.GetValueOrDefault(p.Name, "")))];
        return new EtcdPackageInfo
        {
            Version = EtcdVersion.Parse(manifest.Version),
            Os = manifest.Os,
            Architecture = manifest.Architecture,
            Source = manifest.Source,
            Location = manifest.Location,
            Path = path,
            Size = all.Sum(p => p.Size),
            Sha256 = manifest.Sha256,
            Programs = all,
        };
    }
}

/// <summary>One program in a package.</summary>
/// <param name="Name">The file name: <c>etcd</c>, <c>etcdctl</c>, <c>etcdutl</c>; with <c>.exe</c> for Windows.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">In lower-case hexadecimal.</param>
public sealed record EtcdProgram(string Name, long Size, string Sha256)
{
    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
