using EtcdAdmin.Errors;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Text;

namespace EtcdAdmin.Packages.Unpacked;

/// <summary>A folder with etcd's programs and, if EtcdAdmin made it, a manifest with their hashes.</summary>
internal static class UnpackedPackage
{
    // The subfolders with programs in a folder that was unpacked by hand.
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

    /// <summary>Whether every program has the hash of the manifest, and the folder has no other programs.</summary>
    public static async Task<bool> IsIntactAsync(string folder, PackageManifest manifest, CancellationToken cancellationToken) =>
        await DamageAsync(folder, manifest, cancellationToken).ConfigureAwait(false) is null;

    /// <summary>The problem of the folder; null if it has none.</summary>
    /// <param name="folder">The folder with the programs.</param>
    /// <param name="manifest">The expected programs.</param>
    /// <param name="cancellationToken">Cancels the check.</param>
    /// <param name="archive">The archive that the folder was just unpacked from, named in errors instead of it; null without one.</param>
    public static async Task<EtcdException?> DamageAsync(string folder, PackageManifest manifest, CancellationToken cancellationToken,
        string? archive = null)
    {
        string named = archive ?? folder;
        if (ProgramSet.Find(folder) is not { } programs) return PackageErrors.NotEtcd(named, "it does not contain the program etcd.");
        string[] present = [.. programs.All.Select(p => Path.GetFileName(p))];
        foreach ((string name, string expected) in manifest.Programs)
        {
            string path = Path.Combine(folder, name);
            if (!present.Contains(name)) return PackageErrors.NotEtcd(named, $"{name} is missing.");
            string actual = await FileHash.ComputeAsync(path, cancellationToken).ConfigureAwait(false);
            if (!actual.Equals(expected, StringComparison.OrdinalIgnoreCase)) return FileHash.Mismatch(Path.Combine(named, name), expected, actual);
        }

        string? unlisted = present.FirstOrDefault(name => !manifest.Programs.ContainsKey(name));
        return unlisted is null ? null : PackageErrors.NotEtcd(named, $"{unlisted} is not listed in its manifest.");
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
        EtcdPath = ProgramSet.Program(folder, "etcd") ?? throw PackageErrors.NotEtcd(folder, "it does not contain the program etcd."),
        EtcdctlPath = ProgramSet.Program(folder, "etcdctl"),
        EtcdutlPath = ProgramSet.Program(folder, "etcdutl"),
    };

    /// <summary>The programs of a folder that may have been unpacked by hand; null if it has none.</summary>
    public static ProgramSet? FindPrograms(string folder) =>
        Subfolders.Select(s => ProgramSet.Find(Path.Combine(folder, s))).FirstOrDefault(p => p is not null);

    /// <summary>Describes programs that are used in place and have no archive.</summary>
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
