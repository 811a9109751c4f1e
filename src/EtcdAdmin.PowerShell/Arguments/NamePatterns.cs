using System.Management.Automation;

namespace EtcdAdmin.PowerShell.Arguments;

/// <summary>The values of a <c>-Name</c> parameter: names or wildcard patterns, not case-sensitive.</summary>
internal sealed class NamePatterns(IReadOnlyList<string>? given)
{
    private readonly (string Text, WildcardPattern Pattern)[] _patterns =
        [.. (given is { Count: > 0 } ? given : ["*"]).Select(text => (text, WildcardPattern.Get(text, WildcardOptions.IgnoreCase)))];

    /// <summary>Whether a name matches any of the values.</summary>
    public bool Match(string name) => _patterns.Any(item => item.Pattern.IsMatch(name));

    /// <summary>
    /// The values without wildcards that match none of the names: the operator meant a single thing, and it does not exist.
    /// </summary>
    public IEnumerable<string> Missing(IReadOnlyCollection<string> names) =>
        from item in _patterns
        where !WildcardPattern.ContainsWildcardCharacters(item.Text) && !names.Any(item.Pattern.IsMatch)
        select item.Text;
}
