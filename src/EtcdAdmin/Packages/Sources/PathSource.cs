using EtcdAdmin.Events;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Unpacked;
using EtcdAdmin.Text;

namespace EtcdAdmin.Packages.Sources;

/// <summary>Offers the etcd on this machine's PATH, with etcdctl and etcdutl from its folder or from PATH.</summary>
internal sealed class PathSource(string? path = null) : IPackageSource
{
    public PackageSource Kind => PackageSource.Path;

    public async Task<IReadOnlyList<PackageCandidate>> FindAsync(VersionRequest version, EtcdPlatform platform,
        IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        if (platform != EtcdPlatform.Current || Programs() is not { } programs) return [];
        if (programs.Etcdctl is null && programs.Etcdutl is null)
        {
            throw PackageErrors.NotFound($"neither etcdctl nor etcdutl was found for '{programs.Etcd}'; one of them is needed for snapshots.",
                programs.Etcd);
        }

        EtcdVersion found = await EtcdProbe.InspectAsync(programs, platform, null, cancellationToken).ConfigureAwait(false);
        return version.Matches(found) ? [new PackageCandidate(found, platform, Kind, programs.Etcd)] : [];
    }

    public async Task<EtcdPackage> GetAsync(PackageCandidate candidate, IProgress<EtcdEvent>? events,
        CancellationToken cancellationToken)
    {
        ProgramSet programs = Programs() ?? throw PackageErrors.NotFound("etcd is no longer on PATH.", candidate.Location);
        EtcdPackage package = await UnpackedPackage.InspectAsync(programs, candidate.Platform, Kind, null, cancellationToken)
            .ConfigureAwait(false);
        FileHash.Require(package.EtcdPath, candidate.ExpectedSha256, package.Sha256);
        return package;
    }

    private ProgramSet? Programs()
    {
        if (ProgramPath.Find("etcd", path) is not { } etcd) return null;
        return new ProgramSet(etcd, Companion(etcd, "etcdctl"), Companion(etcd, "etcdutl"));
    }

    private string? Companion(string etcd, string name) =>
        ProgramSet.Program(Path.GetDirectoryName(etcd) ?? "", name) ?? ProgramPath.Find(name, path);
}
