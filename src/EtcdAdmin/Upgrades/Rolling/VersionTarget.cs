using EtcdAdmin.Clusters;
using EtcdAdmin.Errors;
using EtcdAdmin.Packages;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Upgrades.Versions;

namespace EtcdAdmin.Upgrades.Rolling;

/// <summary>Finds the exact version that a request means.</summary>
/// <param name="context">The context.</param>
/// <param name="package">The request.</param>
internal sealed class VersionTarget(AdminContext context, PackageRequest package)
{
    /// <summary>The exact version: the given one, that of the given package, or the newest available version of the given line.</summary>
    /// <exception cref="EtcdException">InvalidArgument: neither a version nor a package was given. PackageNotFound: no source has it.</exception>
    public async Task<EtcdVersion> FindAsync(string cluster, CancellationToken cancellationToken)
    {
        if (package.Path is null && package.Version.IsNewest)
        {
            throw new EtcdException(EtcdErrorIds.InvalidArgument, "No version was given.")
            {
                Target = cluster,
                NextStep = "Give the version with -Version (such as 3.5.30, or 3.5 for the newest of that line), or the file with the programs with "
                    + "-Package.",
            };
        }

        return await FindAsync(package.Version, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The newest available version of a line that is passed.</summary>
    public Task<EtcdVersion> NewestOfAsync(MinorLine line, CancellationToken cancellationToken) =>
        FindAsync(VersionRequest.Parse(line.ToString()), cancellationToken);

    private async Task<EtcdVersion> FindAsync(VersionRequest wanted, CancellationToken cancellationToken)
    {
        if (wanted.Exact is { } exact) return exact;
        PackageRequest request = package with { Version = wanted };
        if (package.Path is not { } path)
            return (await new PackageResolver(context.Home).ListAsync(request, null, cancellationToken).ConfigureAwait(false))[0].Version;
        if (await PackagePeek.VersionAsync(path, wanted, cancellationToken).ConfigureAwait(false) is { } version) return version;
        // Only unpacking shows it. The package is kept in the cache.
        return (await new PackageResolver(context.Home).ResolveAsync(request, null, cancellationToken).ConfigureAwait(false)).Version;
    }
}
