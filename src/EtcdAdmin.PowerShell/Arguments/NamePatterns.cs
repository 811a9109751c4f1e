using System.Management.Automation;
using EtcdAdmin.Errors;

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

    /// <summary>The things whose names match.</summary>
    /// <param name="all">All things.</param>
    /// <param name="nameOf">The name of one.</param>
    /// <param name="notFound">The error for a single thing that does not exist, from its name and the names of all.</param>
    /// <exception cref="EtcdException">The error.</exception>
    public IReadOnlyList<T> Choose<T>(IReadOnlyList<T> all, Func<T, string> nameOf, Func<string, string[], EtcdException> notFound)
    {
        string[] names = [.. all.Select(nameOf)];
        if (Missing(names).FirstOrDefault() is { } missing) throw notFound(missing, names);
        return [.. all.Where(one => Match(nameOf(one)))];
    }
}
