using System.Runtime.CompilerServices;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Packages.Apt;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Releases;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Packages.Unpacked;
using EtcdAdmin.Text;

namespace EtcdAdmin.Packages;

/// <summary>Finds etcd: the one way from "3.5" to programs on this machine's disk.</summary>
/// <remarks>
/// A version or a line (3.5.16, 3.5) is taken from the first source that has it, and the package cache, the clusters that are installed on this
/// machine and PATH come first: what is held stays in use until another version is asked for, and no network is needed. Where nothing is said about the
/// version, all sources are asked and the newest release wins. A source that cannot be reached is told as a message and passed
/// over. Safe to share between threads, and between processes that use the same cache.
/// </remarks>
/// <param name="home">Where packages are kept.</param>
public sealed class PackageResolver(EtcdAdminHome home)
{
    private static readonly PackageSource[] DefaultSources =
        [PackageSource.Cache, PackageSource.Installed, PackageSource.Path, PackageSource.Release, PackageSource.Apt];

    private static readonly PackageSource[] MirrorSources = [PackageSource.Cache, PackageSource.Release];

    private static readonly TimeSpan CheckLimit = TimeSpan.FromSeconds(15);

    private readonly PackageCache _cache = new(home.PackagesPath);

    /// <summary>Finds, fetches, verifies and unpacks what is asked for.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="events">Progress by bytes, what was looked at, and warnings of damaged packages; null tells nobody.</param>
    /// <param name="cancellationToken">Stops it; a download begun is carried on with next time.</param>
    /// <exception cref="EtcdException">
    /// PackageNotFound, saying what each source said. ChecksumMismatch, ArchitectureMismatch, ArchiveInvalid, NotEtcd: what a
    /// source gave must not be used, and no other source is tried. HostCommandFailed: a named file does not run here.
    /// DiskFull, FileWriteFailed: the package cache cannot be written.
    /// </exception>
    public async Task<EtcdPackage> ResolveAsync(PackageRequest request, IProgress<EtcdEvent>? events,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Path is { } path)
            return await new FileSource(_cache).GetAsync(request, path, cancellationToken).ConfigureAwait(false);

        var answers = new SourceAnswers(request, events);
        try
        {
            await foreach ((IPackageSource source, PackageCandidate candidate) in
                SearchAsync(request, answers, events, cancellationToken).ConfigureAwait(false))
            {
                PackageCandidate wanted = candidate with { ExpectedSha256 = request.Sha256 };
                EtcdPackage? package = await answers
                    .AskAsync(source, () => source.GetAsync(wanted, events, cancellationToken)).ConfigureAwait(false);
                if (package is not null) return package;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.WriteFailed(_cache.Root, e);
        }

        throw answers.ToError();
    }

    /// <summary>Finds out, before anything depends on it, whether <see cref="ResolveAsync"/> will find something. Unpacks and downloads nothing.</summary>
    /// <param name="request">What will be asked for.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="EtcdException">PackageNotFound, ArchitectureMismatch, NotEtcd: it will not. Not thrown where the sources cannot be asked in good time.</exception>
    internal async Task CheckAsync(PackageRequest request, CancellationToken cancellationToken)
    {
        if (request.Path is { } path)
        {
            await FileSource.CheckAsync(request, path, cancellationToken).ConfigureAwait(false);
            return;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(CheckLimit);
        var answers = new SourceAnswers(request, null);
        try
        {
            foreach (IPackageSource source in SourcesFor(request))
            {
                IReadOnlyList<PackageCandidate>? found = await answers.AskAsync(source, () => source is ReleaseSource releases
                    ? releases.CheckAsync(request.Version, request.Platform, limit.Token)
                    : source.FindAsync(request.Version, request.Platform, null, limit.Token)).ConfigureAwait(false);
                if (found is { Count: > 0 }) return;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return; // a slow mirror may still deliver; the first step finds out
        }

        throw answers.ToError();
    }

    /// <summary>What the sources offer, newest first; a source that cannot be reached is told as a message.</summary>
    /// <param name="request">Which versions and sources; its path and hash do not matter here.</param>
    /// <param name="events">Null tells nobody.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="EtcdException">PackageNotFound: none offers any, saying what each said.</exception>
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

        return all.Count > 0 ? [.. all.OrderByDescending(c => c.Version)] : throw answers.ToError();
    }

    /// <summary>What fits, in the order in which to try it. Later sources are not asked before the earlier ones have failed.</summary>
    private async IAsyncEnumerable<(IPackageSource Source, PackageCandidate Candidate)> SearchAsync(PackageRequest request,
        SourceAnswers answers, IProgress<EtcdEvent>? events, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<(IPackageSource Source, PackageCandidate Candidate)> all = [];
        foreach (IPackageSource source in SourcesFor(request))
        {
            IReadOnlyList<PackageCandidate>? found = await answers
                .AskAsync(source, () => source.FindAsync(request.Version, request.Platform, events, cancellationToken))
                .ConfigureAwait(false);
            foreach (PackageCandidate candidate in found ?? [])
            {
                if (request.Version.IsNewest) all.Add((source, candidate));
                else yield return (source, candidate);
            }
        }

        // The sort is stable: of equal versions the one of the earlier source comes first.
        foreach ((IPackageSource Source, PackageCandidate Candidate) pair in all.OrderByDescending(p => p.Candidate.Version))
            yield return pair;
    }

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
                case PackageSource.Installed:
                    yield return new InstalledSource(home);
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
