using EtcdAdmin.Errors;

namespace EtcdAdmin.Deployment.Files;

/// <summary>Bounds how much a file may unfold to; a few lines of YAML can mean billions of values.</summary>
internal sealed class SpecBudget(string source)
{
    private const int MaxDepth = 32;

    // A hundred hosts with every key there is take three thousand.
    private const int MaxNodes = 20_000;

    private int _nodes;

    /// <summary>Counts values.</summary>
    /// <param name="place">Where they stand.</param>
    /// <param name="depth">In how many maps and lists.</param>
    /// <param name="count">How many; more than one where a piece is used again.</param>
    /// <exception cref="EtcdException">SpecInvalid: too many, or too deep.</exception>
    public void Take(SpecPlace place, int depth, int count = 1)
    {
        if (depth > MaxDepth) throw SpecProblems.Refuse(source, place, $"more than {MaxDepth} maps and lists lie in each other here");
        if (count > MaxNodes - _nodes) throw SpecProblems.Refuse(source, place, $"it holds more than {MaxNodes} values");
        _nodes += count;
    }
}
