using System.Management.Automation;

namespace EtcdAdmin.PowerShell.Arguments;

/// <summary>The names of a <c>-Name</c> parameter, each literal or with wildcards, in whatever case.</summary>
internal sealed class NamePatterns(IReadOnlyList<string>? given)
{
    private readonly (string Text, WildcardPattern Pattern)[] _patterns =
        [.. (given is { Count: > 0 } ? given : ["*"]).Select(text => (text, WildcardPattern.Get(text, WildcardOptions.IgnoreCase)))];

    /// <summary>Whether one of them is meant.</summary>
    public bool Match(string name) => _patterns.Any(item => item.Pattern.IsMatch(name));

    /// <summary>The literal names that none of these is: there the operator meant one thing, and it is not there.</summary>
    public IEnumerable<string> Missing(IReadOnlyCollection<string> names) =>
        from item in _patterns
        where !WildcardPattern.ContainsWildcardCharacters(item.Text) && !names.Any(item.Pattern.IsMatch)
        select item.Text;
}
