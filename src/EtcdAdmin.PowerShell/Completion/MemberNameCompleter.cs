using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace EtcdAdmin.PowerShell.Completion;

/// <summary>Offers the names of the members of the cluster given as <c>-Cluster</c>, from its profile: no member is asked.</summary>
public sealed class MemberNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        NameCompletion.Offer(
            () => [.. NameCompletion.ClusterIn(fakeBoundParameters)?.Spec?.Members.Select(member => member.Name) ?? []], wordToComplete);
}
