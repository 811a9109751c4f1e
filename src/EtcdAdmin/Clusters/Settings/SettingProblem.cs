using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Settings;

/// <summary>A problem of a setting.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Text">The problem, without a full stop.</param>
/// <param name="NextStep">What to do, as a sentence.</param>
internal sealed record SettingProblem(string Name, string Text, string NextStep)
{
    /// <summary>Throws one error with all problems.</summary>
    /// <exception cref="EtcdException">SpecInvalid.</exception>
    public static void ThrowIfAny(IReadOnlyList<SettingProblem> problems)
    {
        if (problems.Count == 0) return;
        string text = problems.Count == 1
            ? $"The settings cannot be used: {problems[0].Text}."
            : "The settings cannot be used:" + string.Concat(problems.Select(problem => $"\n  {problem.Text}. {problem.NextStep}"));
        throw new EtcdException(EtcdErrorIds.SpecInvalid, text)
        {
            Target = problems[0].Name,
            NextStep = problems.Count == 1 ? problems[0].NextStep : "Correct these settings. Nothing was changed.",
        };
    }
}
