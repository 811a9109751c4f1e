using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using EtcdAdmin.Clusters;
using EtcdAdmin.Recovery.Undo;

namespace EtcdAdmin.PowerShell.Completion;

/// <summary>
/// Offers the ids of the restores of the cluster given as <c>-Cluster</c>, the latest first. For Undo-EtcdRestore, only those
/// that can be undone.
/// </summary>
public sealed class RestoreIdCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        NameCompletion.Offer(
            () => Find(NameCompletion.ClusterIn(fakeBoundParameters), "Undo-EtcdRestore".Equals(commandName, StringComparison.OrdinalIgnoreCase)),
                wordToComplete);

    private static IReadOnlyList<string> Find(EtcdCluster? cluster, bool toUndo)
    {
        if (cluster is null) return [];
        // As for a profile: small files, on a thread without a synchronization context.
        IReadOnlyList<EtcdRestorePoint> points = new RestoreUndoer(AdminContext.Default()).ListAsync(cluster, id: null, CancellationToken.None)
            .GetAwaiter().GetResult();
        return [.. points.Where(point => point.CanUndo || !toUndo).Select(point => point.Id)];
    }
}
