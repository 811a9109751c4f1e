using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Errors;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.Snapshots;

namespace EtcdAdmin.PowerShell;

/// <summary>The base of the cmdlets that work on clusters: where they are saved, and paths as PowerShell means them.</summary>
public abstract class AdminCmdlet : EtcdCmdlet
{
    private const string FileSystem = "FileSystem";

    private AdminContext? _admin;

    // Made late: that this user has no home is an error of the command, not of making it.
    private protected AdminContext Admin => _admin ??= AdminContext.Default() with { Hosts = SessionHosts.Connections };

    private protected async Task<EtcdCluster> FindAsync(ClusterReference cluster, CancellationToken stop)
    {
        SessionClusters saved = await OnPipelineAsync(() => SessionClusters.Current(Admin.Profiles)).ConfigureAwait(false);
        return await cluster.ResolveAsync(saved, CoreEvents, stop).ConfigureAwait(false);
    }

    /// <summary>A path counted from PowerShell's location, which need not be the process's; null stays null.</summary>
    /// <param name="path">As given; nothing needs to be there.</param>
    /// <exception cref="EtcdException">InvalidArgument: it is one of the environment, of certificates or the like.</exception>
    private protected string? PathOf(string? path)
    {
        if (path is null) return null;
        string found = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
        if (provider.Name == FileSystem) return found;
        throw new EtcdException(EtcdErrorIds.InvalidArgument, $"'{path}' is not a path of the file system but one of {provider.Name}.")
        {
            Target = path,
            NextStep = "Give a path of the file system, or go to a folder first (Set-Location).",
        };
    }

    /// <summary>The paths that a pattern stands for. One without wildcards, or that matches nothing, stands for itself, and so is told as missing.</summary>
    /// <param name="path">As given.</param>
    private protected Task<IReadOnlyList<string>> PathsOfAsync(string path) => OnPipelineAsync<IReadOnlyList<string>>(() =>
    {
        string literal = PathOf(path)!; // null only for null
        if (!WildcardPattern.ContainsWildcardCharacters(path) || System.IO.Path.Exists(literal)) return [literal];
        return GetResolvedProviderPathFromPSPath(path, out _) is { Count: > 0 } found ? [.. found] : [literal];
    });

    /// <summary>The snapshots that a path or a pattern stands for; of a folder all that are in it.</summary>
    /// <param name="path">As given.</param>
    /// <exception cref="EtcdException">SnapshotNotFound: there are folders, and none in them. That nothing was done must not look as if all were well.</exception>
    private protected async Task<IReadOnlyList<string>> SnapshotsOfAsync(string path)
    {
        IReadOnlyList<string> paths = await PathsOfAsync(path).ConfigureAwait(false);
        IReadOnlyList<string> files = [.. paths.SelectMany(SnapshotCatalogue.Find)];
        // The notes beside a snapshot stand for nothing: they come with it where a folder is passed on file by file.
        if (files.Count > 0 || !paths.Any(System.IO.Directory.Exists)) return files;
        string target = paths is [var folder] ? folder : path;
        throw new EtcdException(EtcdErrorIds.SnapshotNotFound, $"'{target}' has no snapshots.")
        {
            Target = target,
            NextStep = "Files count that end in .db or .db.gz, and archives with \"snapshot\" in their name or notes beside them; others can be given by their names.",
        };
    }
}
