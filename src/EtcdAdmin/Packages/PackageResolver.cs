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

/// <summary>Finds etcd packages: from a request such as "3.5" to programs on this machine's disk.</summary>
/// <remarks>A version or a line (3.5.16, 3.5) is taken from the first source that has it. The package cache, the clusters on this machine and PATH
/// come first: an available version is used until another one is requested, and no network is needed. Without a version, all sources are asked and
/// the newest release is used. A source that cannot be reached is reported as a message and skipped. Safe for use by several threads, and by several
/// processes with the same cache.</remarks>
/// <param name="home">The home with the package cache.</param>
public sealed class PackageResolver(EtcdAdminHome home)
{
    private static readonly PackageSource[] DefaultSources =
        [PackageSource.Cache, PackageSource.Installed, PackageSource.Path, PackageSource.Release, PackageSource.Apt];

    private static readonly PackageSource[] MirrorSources = [PackageSource.Cache, PackageSource.Release];

    private static readonly TimeSpan CheckLimit = TimeSpan.FromSeconds(15);

    private readonly PackageCache _cache = new(home.PackagesPath);
    private readonly KnownVersions _known = new(home.PackagesPath);

    /// <summary>Finds, downloads, verifies and unpacks the requested package.</summary>
    /// <param name="request">The request.</param>
    /// <param name="events">Receives progress in bytes, skipped sources, and warnings about damaged packages; may be null.</param>
    /// <param name="cancellationToken">Cancels the work; a started download is continued next time.</param>
    /// <exception cref="EtcdException">PackageNotFound, with the answer of each source. ChecksumMismatch, ArchitectureMismatch, ArchiveInvalid,
    /// NotEtcd: the package of a source must not be used, and no other source is tried. HostCommandFailed: a given file does not run on this machine.
    /// DiskFull, FileWriteFailed: the package cache cannot be written.</exception>
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

    /// <summary>Checks in advance whether <see cref="ResolveAsync"/> will find a package. Downloads and unpacks nothing.</summary>
    /// <param name="request">The later request.</param>
    /// <param name="cancellationToken">Cancels the check.</param>
    /// <exception cref="EtcdException">PackageNotFound, ArchitectureMismatch, NotEtcd: it will not. Not thrown if the sources do not answer in
    /// time.</exception>
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
            return; // a slow mirror may still deliver, which the first step of the plan shows
        }

        throw answers.ToError();
    }

    /// <summary>The packages that the sources offer, newest first; a source that cannot be reached is reported as a message.</summary>
    /// <param name="request">Version and sources; its path and hash are ignored.</param>
    /// <param name="events">May be null.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    /// <exception cref="EtcdException">PackageNotFound: no source offers a package; the message has the answer of each source.</exception>
    public async Task<IReadOnlyList<PackageCandidate>> ListAsync(PackageRequest request, IProgress<EtcdEvent>? events,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var answers = new SourceAnswers(request, events);
        List<PackageCandidate> all = [];
        foreach (IPackageSource source in SourcesFor(request))
        {
            IReadOnlyList<PackageCandidate> found = await answers.AskAsync(source, () => source is AptSource apt
                ? apt.ListAsync(request.Version, request.Platform, events, cancellationToken)
                : source.FindAsync(request.Version, request.Platform, events, cancellationToken)).ConfigureAwait(false) ?? [];
            await RememberAsync(request, source, found, cancellationToken).ConfigureAwait(false);
            all.AddRange(found);
        }

        return all.Count > 0 ? [.. all.OrderByDescending(c => c.Version)] : throw answers.ToError();
    }

    /// <summary>The matching packages, in the order to try them. A later source is asked only after the earlier ones have failed.</summary>
    private async IAsyncEnumerable<(IPackageSource Source, PackageCandidate Candidate)> SearchAsync(PackageRequest request,
        SourceAnswers answers, IProgress<EtcdEvent>? events, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<(IPackageSource Source, PackageCandidate Candidate)> all = [];
        foreach (IPackageSource source in SourcesFor(request))
        {
            IReadOnlyList<PackageCandidate>? found = await answers
                .AskAsync(source, () => source.FindAsync(request.Version, request.Platform, events, cancellationToken))
                .ConfigureAwait(false);
            await RememberAsync(request, source, found ?? [], cancellationToken).ConfigureAwait(false);
            foreach (PackageCandidate candidate in found ?? [])
            {
                if (request.Version.IsNewest) all.Add((source, candidate));
                else yield return (source, candidate);
            }
        }

        // The sort is stable: among equal versions, the earlier source comes first.
        foreach ((IPackageSource Source, PackageCandidate Candidate) pair in all.OrderByDescending(p => p.Candidate.Version))
            yield return pair;
    }

    /// <summary>Remembers what the usual sources on the network offer. An exact version is offered unchecked.</summary>
    private Task RememberAsync(
        PackageRequest request, IPackageSource source, IReadOnlyList<PackageCandidate> found, CancellationToken cancellationToken) =>
        source.Kind is PackageSource.Release or PackageSource.Apt && request is { BaseUrl: null, Version.Exact: null }
            ? _known.AddAsync(found, cancellationToken)
            : Task.CompletedTask;

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
                    break; // a file is not a source to search; not every machine has apt
            }
        }
    }
}
