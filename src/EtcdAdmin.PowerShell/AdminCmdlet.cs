using System.Management.Automation;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Errors;
using EtcdAdmin.PowerShell.Arguments;
using EtcdAdmin.Snapshots;

namespace EtcdAdmin.PowerShell;

/// <summary>The base of the cmdlets that work on clusters: finds saved clusters, and resolves paths as PowerShell does.</summary>
public abstract class AdminCmdlet : EtcdCmdlet
{
    private const string FileSystem = "FileSystem";

    private AdminContext? _admin;

    // Created late, so that a user without a home folder gets an error of the command.
    private protected AdminContext Admin => _admin ??= AdminContext.Default() with { Hosts = SessionHosts.Connections };

    private protected async Task<EtcdCluster> FindAsync(ClusterReference cluster, CancellationToken stop)
    {
        SessionClusters saved = await OnPipelineAsync(() => SessionClusters.Current(Admin.Profiles)).ConfigureAwait(false);
        return await cluster.ResolveAsync(saved, CoreEvents, stop).ConfigureAwait(false);
    }

    /// <summary>
    /// A path relative to PowerShell's location, which may differ from the location of the process; null stays null.
    /// </summary>
    /// <param name="path">As given; the path need not exist.</param>
    /// <exception cref="EtcdException">InvalidArgument: the path belongs to another provider, such as Environment or
    /// Certificate.</exception>
    private protected string? PathOf(string? path)
    {
        if (path is null) return null;
        string found = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
        if (provider.Name == FileSystem) return found;
        throw new EtcdException(EtcdErrorIds.InvalidArgument, $"'{path}' is not a path of the file system but a path of {provider.Name}.")
        {
            Target = path,
            NextStep = "Give a path of the file system, or change to a folder first (Set-Location).",
        };
    }

    /// <summary>
    /// The paths that match a pattern. A path without wildcards, or that matches nothing, is returned as it is, and so is
    /// reported as missing.
    /// </summary>
    /// <param name="path">As given.</param>
    private protected Task<IReadOnlyList<string>> PathsOfAsync(string path) => OnPipelineAsync<IReadOnlyList<string>>(() =>
    {
        string literal = PathOf(path)!; // null only for null
        if (!WildcardPattern.ContainsWildcardCharacters(path) || System.IO.Path.Exists(literal)) return [literal];
        return GetResolvedProviderPathFromPSPath(path, out _) is { Count: > 0 } found ? [.. found] : [literal];
    });

    /// <summary>The snapshots that match a path or a pattern; for a folder, all snapshots in it.</summary>
    /// <param name="path">As given.</param>
    /// <exception cref="EtcdException">SnapshotNotFound: only folders without snapshots match. Otherwise the command would seem
    /// to succeed although it did nothing.</exception>
    private protected async Task<IReadOnlyList<string>> SnapshotsOfAsync(string path)
    {
        IReadOnlyList<string> paths = await PathsOfAsync(path).ConfigureAwait(false);
        IReadOnlyList<string> files = [.. paths.SelectMany(SnapshotCatalogue.Find)];
        // The manifests beside snapshots are skipped: they come along if a folder is passed on file by file.
        if (files.Count > 0 || !paths.Any(System.IO.Directory.Exists)) return files;
        string target = paths is [var folder] ? folder : path;
        throw new EtcdException(EtcdErrorIds.SnapshotNotFound, $"'{target}' has no snapshots.")
        {
            Target = target,
            NextStep =
                "In a folder, snapshots are files that end in .db or .db.gz, and archives that have \"snapshot\" in their name or a manifest beside "
                    + "them. Give other files by name.",
        };
    }
}
