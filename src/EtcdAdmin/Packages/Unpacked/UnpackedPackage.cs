using EtcdAdmin.Errors;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Text;

namespace EtcdAdmin.Packages.Unpacked;

/// <summary>A folder that holds etcd's programs and, where EtcdAdmin made it, a manifest with their hashes.</summary>
internal static class UnpackedPackage
{
    // Where a folder that somebody unpacked by hand may have the programs.
    private static readonly string[] Subfolders = ["", "bin", Path.Combine("usr", "bin")];

    public static async Task<PackageManifest> MakeManifestAsync(PackageOrigin origin, EtcdVersion version, ProgramSet programs,
        CancellationToken cancellationToken)
    {
        var hashes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string program in programs.All)
            hashes[Path.GetFileName(program)] = await FileHash.ComputeAsync(program, cancellationToken).ConfigureAwait(false);
        return new PackageManifest
        {
            Version = version.ToString(),
            Os = origin.Platform.Os,
            Architecture = origin.Platform.Architecture,
            Source = origin.Source,
            Location = origin.Location,
            Sha256 = origin.Sha256,
            Programs = hashes,
            Created = TimeProvider.System.GetUtcNow(),
        };
    }

    /// <summary>Whether every program has the hash that the manifest gives it, and no program is there that it does not name.</summary>
    public static async Task<bool> IsIntactAsync(string folder, PackageManifest manifest, CancellationToken cancellationToken) =>
        await DamageAsync(folder, manifest, cancellationToken).ConfigureAwait(false) is null;

    /// <summary>What is wrong with the folder; null where nothing is.</summary>
    /// <param name="folder">Holds the programs.</param>
    /// <param name="manifest">What they must be.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="archive">What the folder was just unpacked from, to be named in its place; null where it was not.</param>
    public static async Task<EtcdException?> DamageAsync(string folder, PackageManifest manifest, CancellationToken cancellationToken,
        string? archive = null)
    {
        string named = archive ?? folder;
        if (ProgramSet.Find(folder) is not { } programs) return PackageErrors.NotEtcd(named, "there is no etcd in it.");
        string[] present = [.. programs.All.Select(p => Path.GetFileName(p))];
        foreach ((string name, string expected) in manifest.Programs)
        {
            string path = Path.Combine(folder, name);
            if (!present.Contains(name)) return PackageErrors.NotEtcd(named, $"{name} is missing.");
            string actual = await FileHash.ComputeAsync(path, cancellationToken).ConfigureAwait(false);
            if (!actual.Equals(expected, StringComparison.OrdinalIgnoreCase)) return FileHash.Mismatch(Path.Combine(named, name), expected, actual);
        }

        string? stranger = present.FirstOrDefault(name => !manifest.Programs.ContainsKey(name));
        return stranger is null ? null : PackageErrors.NotEtcd(named, $"{stranger} was put there by somebody else.");
    }

    public static EtcdPackage Describe(string folder, PackageManifest manifest, PackageSource source) => new()
    {
        Version = EtcdVersion.Parse(manifest.Version),
        Os = manifest.Os,
        Architecture = manifest.Architecture,
        Source = source,
        Location = manifest.Location,
        Sha256 = manifest.Sha256,
        Folder = folder,
        EtcdPath = ProgramSet.Program(folder, "etcd") ?? throw PackageErrors.NotEtcd(folder, "there is no etcd in it."),
        EtcdctlPath = ProgramSet.Program(folder, "etcdctl"),
        EtcdutlPath = ProgramSet.Program(folder, "etcdutl"),
    };

    /// <summary>The programs of a folder that may have been unpacked by hand; null where it holds none.</summary>
    public static ProgramSet? FindPrograms(string folder) =>
        Subfolders.Select(s => ProgramSet.Find(Path.Combine(folder, s))).FirstOrDefault(p => p is not null);

    /// <summary>Describes programs that stay where they are and came with no archive.</summary>
    /// <exception cref="EtcdException">NotEtcd, ArchitectureMismatch, HostCommandFailed.</exception>
    public static async Task<EtcdPackage> InspectAsync(ProgramSet programs, EtcdPlatform platform, PackageSource source,
        EtcdVersion? namedVersion, CancellationToken cancellationToken)
    {
        EtcdVersion version = await EtcdProbe.InspectAsync(programs, platform, namedVersion, cancellationToken).ConfigureAwait(false);
        string folder = Path.GetDirectoryName(programs.Etcd) ?? "";
        return new EtcdPackage
        {
            Version = version,
            Os = platform.Os,
            Architecture = platform.Architecture,
            Source = source,
            Location = folder,
            Sha256 = await FileHash.ComputeAsync(programs.Etcd, cancellationToken).ConfigureAwait(false),
            Folder = folder,
            EtcdPath = programs.Etcd,
            EtcdctlPath = programs.Etcdctl,
            EtcdutlPath = programs.Etcdutl,
        };
    }
}
