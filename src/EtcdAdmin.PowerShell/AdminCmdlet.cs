using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.PowerShell.Arguments;

namespace EtcdAdmin.PowerShell;

/// <summary>The base of the cmdlets that work on clusters: where they are saved, and paths as PowerShell means them.</summary>
public abstract class AdminCmdlet : EtcdCmdlet
{
    private AdminContext? _admin;

    // Made late: that this user has no home is an error of the command, not of making it.
    private protected AdminContext Admin => _admin ??= AdminContext.Default() with { Hosts = SessionHosts.Connections };

    private protected async Task<EtcdCluster> FindAsync(ClusterReference cluster, CancellationToken stop)
    {
        SessionClusters saved = await OnPipelineAsync(() => SessionClusters.Current(Admin.Profiles)).ConfigureAwait(false);
        return await cluster.ResolveAsync(saved, stop).ConfigureAwait(false);
    }

    /// <summary>A path counted from PowerShell's location, which need not be the process's; null stays null.</summary>
    /// <param name="path">As given; nothing needs to be there.</param>
    private protected string? PathOf(string? path) => path is null ? null : GetUnresolvedProviderPathFromPSPath(path);

    /// <summary>The paths that a pattern stands for. One without wildcards, or that matches nothing, stands for itself, and so is told as missing.</summary>
    /// <param name="path">As given.</param>
    private protected Task<IReadOnlyList<string>> PathsOfAsync(string path) => OnPipelineAsync<IReadOnlyList<string>>(() =>
    {
        string literal = GetUnresolvedProviderPathFromPSPath(path);
        if (!WildcardPattern.ContainsWildcardCharacters(path) || System.IO.Path.Exists(literal)) return [literal];
        return GetResolvedProviderPathFromPSPath(path, out _) is { Count: > 0 } found ? [.. found] : [literal];
    });
}
