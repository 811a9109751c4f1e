using EtcdAdmin.Errors;

namespace EtcdAdmin.Deployment.Files;

/// <summary>Limits the number of values of a file: a few lines of YAML can expand to billions of values.</summary>
internal sealed class SpecBudget(string source)
{
    private const int MaxDepth = 32;

    // A hundred hosts with every known key take three thousand.
    private const int MaxNodes = 20_000;

    private int _nodes;

    /// <summary>Counts values.</summary>
    /// <param name="place">Their position.</param>
    /// <param name="depth">The number of maps and lists around them.</param>
    /// <param name="count">The number of values; more than one for an alias.</param>
    /// <exception cref="EtcdException">SpecInvalid: too many, or too deep.</exception>
    public void Take(SpecPlace place, int depth, int count = 1)
    {
        if (depth > MaxDepth) throw SpecProblems.Refuse(source, place, $"maps and lists are nested more than {MaxDepth} levels deep");
        if (count > MaxNodes - _nodes) throw SpecProblems.Refuse(source, place, $"the file has more than {MaxNodes} values");
        _nodes += count;
    }
}
