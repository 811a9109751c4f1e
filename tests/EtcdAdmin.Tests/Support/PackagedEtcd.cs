using System.Collections.Concurrent;
using EtcdAdmin.Deployment.Packages;

namespace EtcdAdmin.Tests.Support;

/// <summary>Real etcd for tests, found as users find it, each version once in a test run.</summary>
public static class PackagedEtcd
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<EtcdPackage>>> Found = new(StringComparer.Ordinal);

    /// <summary>The package of a version such as 3.4 or 3.5.16. The first call may download; a failure stays one.</summary>
    /// <remarks>It is not the caller's token that stops the download: others may wait for the same package.</remarks>
    public static Task<EtcdPackage> GetAsync(string version) =>
        Found.GetOrAdd(version, v => new Lazy<Task<EtcdPackage>>(() => ResolveAsync(v))).Value;

    private static async Task<EtcdPackage> ResolveAsync(string version)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        return await new PackageResolver(EtcdAdminHome.Resolve())
            .ResolveAsync(new PackageRequest { Version = VersionRequest.Parse(version) }, null, limit.Token);
    }
}
