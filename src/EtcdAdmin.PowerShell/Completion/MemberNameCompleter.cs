using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using EtcdAdmin.Clusters;

namespace EtcdAdmin.PowerShell.Completion;

/// <summary>Offers the names of the members of the cluster given as <c>-Cluster</c>, from its profile: nobody is asked.</summary>
public sealed class MemberNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        object? given = fakeBoundParameters?["Cluster"];
        object? cluster = given is PSObject wrapped ? wrapped.BaseObject : given;
        return NameCompletion.Offer(() => [.. Find(cluster)?.Spec?.Members.Select(member => member.Name) ?? []], wordToComplete);
    }

    private static EtcdCluster? Find(object? cluster) => cluster switch
    {
        EtcdCluster known => known,
        // PowerShell asks completers synchronously, on a thread without a synchronization context; a profile is a small file.
        string name => AdminContext.Default().Profiles.LoadAsync(name, CancellationToken.None).GetAwaiter().GetResult(),
        _ => null,
    };
}
