using EtcdAdmin.Deployment.Packages.Apt;
using EtcdAdmin.Deployment.Packages.Releases;

namespace EtcdAdmin.Deployment.Packages;

/// <summary>Finds etcd: the one way from "3.5" to programs on this machine's disk.</summary>
/// <remarks>
/// A version or a line (3.5.16, 3.5) is taken from the first source that has it, and the package cache and PATH come first:
/// what is held stays in use until another version is asked for, and no network is needed. Where nothing is said about the
/// version, all sources are asked and the newest release wins. A source that cannot be reached is told as a message and passed
/// over. Safe to share between threads, and between processes that use the same cache.
/// </remarks>
/// <param name="home">Where packages are kept.</param>
public sealed class PackageResolver(EtcdAdminHome home)
{
    private static readonly PackageSource[] DefaultSources =
        [PackageSource.Cache, PackageSource.Path, PackageSource.Release, PackageSource.Apt];

    private static readonly PackageSource[] MirrorSources = [PackageSource.Cache, PackageSource.Release];

    private readonly PackageCache _cache = new(home.PackagesPath);

    /// <summary>Finds, fetches, verifies and unpacks what is asked for.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="events">Progress by bytes, what was looked at, and warnings of damaged packages; null tells nobody.</param>
    /// <param name="cancellationToken">Stops it; a download begun is carried on with next time.</param>
    /// <exception cref="EtcdException">
    /// PackageNotFound, saying what each source said. ChecksumMismatch, ArchitectureMismatch, ArchiveInvalid, NotEtcd: what a
    /// source gave must not be used, and no other source is tried. HostCommandFailed: a named file does not run here.
    /// </exception>
    public async Task<EtcdPackage> ResolveAsync(PackageRequest request, IProgress<EtcdEvent>? events,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Path is { } path)
            return await new FileSource(_cache).GetAsync(request, path, cancellationToken).ConfigureAwait(false);

        var answers = new SourceAnswers(request, events);
        IPackageSource[] sources = [.. SourcesFor(request)];
        return await (request.Version.IsNewest
                ? FindNewestAsync(request, sources, answers, events, cancellationToken)
                : FindFirstAsync(request, sources, answers, events, cancellationToken)).ConfigureAwait(false)
            ?? throw answers.ToError();
    }

    /// <summary>What the sources offer, newest first; a source that cannot be reached is told as a message.</summary>
    /// <param name="request">Which versions and sources; its path and hash do not matter here.</param>
    /// <param name="events">Null tells nobody.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<IReadOnlyList<PackageCandidate>> ListAsync(PackageRequest request, IProgress<EtcdEvent>? events,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var answers = new SourceAnswers(request, events);
        List<PackageCandidate> all = [];
        foreach (IPackageSource source in SourcesFor(request))
        {
            all.AddRange(await answers.AskAsync(source, () => source is AptSource apt
                ? apt.ListAsync(request.Version, request.Platform, events, cancellationToken)
                : source.FindAsync(request.Version, request.Platform, events, cancellationToken)).ConfigureAwait(false) ?? []);
        }

        return [.. all.OrderByDescending(c => c.Version)];
    }

    /// <summary>The first source that has what is asked for.</summary>
    private static async Task<EtcdPackage?> FindFirstAsync(PackageRequest request, IPackageSource[] sources, SourceAnswers answers,
        IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        foreach (IPackageSource source in sources)
        {
            IReadOnlyList<PackageCandidate>? found = await answers
                .AskAsync(source, () => source.FindAsync(request.Version, request.Platform, events, cancellationToken))
                .ConfigureAwait(false);
            foreach (PackageCandidate candidate in found ?? [])
            {
                EtcdPackage? package = await GetAsync(request, source, candidate, answers, events, cancellationToken).ConfigureAwait(false);
                if (package is not null) return package;
            }
        }

        return null;
    }

    /// <summary>The newest that any source has; of equals, the one of the earlier source.</summary>
    private static async Task<EtcdPackage?> FindNewestAsync(PackageRequest request, IPackageSource[] sources, SourceAnswers answers,
        IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        List<(IPackageSource Source, PackageCandidate Candidate)> all = [];
        foreach (IPackageSource source in sources)
        {
            IReadOnlyList<PackageCandidate>? found = await answers
                .AskAsync(source, () => source.FindAsync(request.Version, request.Platform, events, cancellationToken))
                .ConfigureAwait(false);
            all.AddRange((found ?? []).Select(c => (source, c)));
        }

        foreach ((IPackageSource source, PackageCandidate candidate) in all.OrderByDescending(c => c.Candidate.Version))
        {
            EtcdPackage? package = await GetAsync(request, source, candidate, answers, events, cancellationToken).ConfigureAwait(false);
            if (package is not null) return package;
        }

        return null;
    }

    private static Task<EtcdPackage?> GetAsync(PackageRequest request, IPackageSource source, PackageCandidate candidate,
        SourceAnswers answers, IProgress<EtcdEvent>? events, CancellationToken cancellationToken) =>
        answers.AskAsync(source,
            () => source.GetAsync(candidate with { ExpectedSha256 = request.Sha256 }, events, cancellationToken));

    private IEnumerable<IPackageSource> SourcesFor(PackageRequest request)
    {
        IReadOnlyList<PackageSource> kinds = request.Sources ?? (request.BaseUrl is null ? DefaultSources : MirrorSources);
        foreach (PackageSource kind in kinds.Distinct())
        {
            switch (kind)
            {
                case PackageSource.Cache:
                    yield return new CacheSource(_cache);
                    break;
                case PackageSource.Path:
                    yield return new PathSource();
                    break;
                case PackageSource.Release:
                    yield return new ReleaseSource(request.BaseUrl ?? ReleaseSource.ProjectUrl, _cache);
                    break;
                case PackageSource.Apt when AptSource.IsAvailable:
                    yield return new AptSource(_cache);
                    break;
                default:
                    break; // a file is never searched for; apt is not everywhere
            }
        }
    }
}
