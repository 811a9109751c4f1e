using EtcdAdmin.Errors;

namespace EtcdAdmin.Deployment.Files;

/// <summary>Collects the problems of a file, so that one run reports all of them.</summary>
internal sealed class SpecProblems(string source)
{
    private readonly List<(SpecPlace Place, string Text)> _problems = [];

    /// <param name="place">Its position.</param>
    /// <param name="text">The problem, without a full stop.</param>
    public void Add(SpecPlace place, string text) => _problems.Add((place, text));

    /// <exception cref="EtcdException">SpecInvalid, where there is any problem.</exception>
    public void ThrowIfAny()
    {
        if (_problems.Count == 0) return;
        string[] lines = [.. _problems.OrderBy(p => p.Place.Line).ThenBy(p => p.Place.Column).Select(p => $"{p.Place}{p.Text}.")];
        throw Error(source, lines.Length == 1 ? " " + lines[0] : string.Concat(lines.Select(l => "\n  " + l)), null);
    }

    /// <summary>Makes the error for a problem that ends the reading.</summary>
    public static EtcdException Refuse(string source, SpecPlace place, string text, Exception? cause = null) =>
        Error(source, $" {place}{text.TrimEnd('.')}.", cause);

    private static EtcdException Error(string source, string problems, Exception? cause) =>
        new(EtcdErrorIds.SpecInvalid, $"The cluster file '{source}' cannot be used:{problems}", cause)
        {
            Target = source,
            NextStep = "Correct the file; about_EtcdClusterFile describes its format.",
        };
}
