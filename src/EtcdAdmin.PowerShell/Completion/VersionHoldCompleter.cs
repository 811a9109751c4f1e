using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using EtcdAdmin.PowerShell.Arguments;

namespace EtcdAdmin.PowerShell.Completion;

/// <summary>Offers the words for a version hold; dates and durations are typed.</summary>
public sealed class VersionHoldCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        NameCompletion.Offer(() => [VersionHoldArgument.Forever, VersionHoldArgument.None], wordToComplete);
}
