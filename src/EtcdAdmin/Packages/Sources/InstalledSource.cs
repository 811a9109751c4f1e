using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Hosts.Connections;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Unpacked;
using EtcdAdmin.Text;

namespace EtcdAdmin.Packages.Sources;

/// <summary>Offers the programs of clusters on this machine, whose releases have a folder for each version. The folder's name is trusted until the
/// programs are used; then their own version is checked.</summary>
internal sealed class InstalledSource(EtcdAdminHome home) : IPackageSource
{
    private const string BinFolder = "bin";

    public PackageSource Kind => PackageSource.Installed;

    public async Task<IReadOnlyList<PackageCandidate>> FindAsync(VersionRequest version, EtcdPlatform platform, IProgress<EtcdEvent>? events,
        CancellationToken cancellationToken)
    {
        if (platform != EtcdPlatform.Current) return [];
        IReadOnlyList<string> folders = await FoldersAsync(cancellationToken).ConfigureAwait(false);
        return [.. folders
            .Where(Directory.Exists)
            .SelectMany(Directory.EnumerateDirectories)
            // A release that is being written, or that lacks the tools for snapshots, is not offered.
            .Where(release => ProgramSet.Find(release) is { } programs && (programs.Etcdctl ?? programs.Etcdutl) is not null)
            .Select(release =>
                (Release: release, Version: EtcdVersion.TryParse(Path.GetFileName(release), out EtcdVersion named) ? named : (EtcdVersion?)null))
            .Where(found => found.Version is { } named && version.Matches(named))
            .DistinctBy(found => found.Version)
            .OrderByDescending(found => found.Version)
            .Select(found => new PackageCandidate(found.Version.GetValueOrDefault(), platform, Kind, found.Release))];
    }

    public async Task<EtcdPackage> GetAsync(PackageCandidate candidate, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        ProgramSet programs = ProgramSet.Find(candidate.Location)
            ?? throw PackageErrors.NotFound($"'{candidate.Location}' no longer contains etcd.", candidate.Location);
        EtcdPackage package = await UnpackedPackage.InspectAsync(programs, candidate.Platform, Kind, null, cancellationToken).ConfigureAwait(false);
        if (package.Version != candidate.Version)
            throw PackageErrors.NotFound($"'{candidate.Location}' contains etcd {package.Version}, not {candidate.Version}.", candidate.Location);
        FileHash.Require(package.EtcdPath, candidate.ExpectedSha256, package.Sha256);
        return package;
    }

    /// <summary>The folders with releases: of saved clusters, and of clusters in this home without a profile.</summary>
    private async Task<IReadOnlyList<string>> FoldersAsync(CancellationToken cancellationToken)
    {
        var folders = new List<string>();
        var profiles = new ProfileStore(home);
        foreach (string name in profiles.Names())
        {
            try
            {
                EtcdCluster cluster = await profiles.LoadAsync(name, cancellationToken).ConfigureAwait(false);
                folders.AddRange((cluster.Spec?.Members ?? []).Where(IsHere).Select(member => member.BinDirectory));
            }
            catch (EtcdException)
            {
                // An unreadable profile is reported when its cluster is used.
            }
        }

        if (Directory.Exists(home.LocalPath))
            folders.AddRange(Directory.EnumerateDirectories(home.LocalPath).Select(cluster => Path.Combine(cluster, BinFolder)));
        return [.. folders.Distinct(StringComparer.Ordinal)];
    }

    private static bool IsHere(MemberSpec member) => (member.Connection ?? HostConnection.Local).IsLocal;
}
