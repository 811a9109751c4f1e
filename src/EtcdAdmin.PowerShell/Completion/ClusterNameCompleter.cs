using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;

namespace EtcdAdmin.PowerShell.Completion;

/// <summary>Offers the names of saved clusters.</summary>
public sealed class ClusterNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        NameCompletion.Offer(() => AdminContext.Default().Profiles.Names(), wordToComplete);
}
