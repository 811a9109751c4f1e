using System.Text.RegularExpressions;

namespace EtcdAdmin.Diagnosis.Signatures;

/// <summary>A known error of etcd: how its log lines look, what they mean, and what to do.</summary>
public sealed record EtcdErrorSignature
{
    // A pattern that runs longer meets a line that is no log line of etcd.
    private static readonly TimeSpan MatchLimit = TimeSpan.FromSeconds(1);

    private Regex? _regex;

    /// <summary>Its name, for instance <c>disk-full</c>; never changed once published.</summary>
    public required string Id { get; init; }

    /// <summary>The versions of etcd that write it: <c>all</c> (3.3 and newer), or in words.</summary>
    public required string Versions { get; init; }

    /// <summary>The regular expression that matches the text of its log lines.</summary>
    public required string Pattern { get; init; }

    /// <summary>What happened.</summary>
    public required string Meaning { get; init; }

    /// <summary>The usual reason.</summary>
    public required string Cause { get; init; }

    /// <summary>The EtcdAdmin command that deals with it, in a sentence.</summary>
    public required string Command { get; init; }

    /// <summary>The file of etcd, or of the library or kernel, that writes it, or the number of an issue.</summary>
    public required string Source { get; init; }

    /// <summary>Whether a text is this error.</summary>
    /// <param name="text">The text of a log line, or a message.</param>
    public bool Matches(string text)
    {
        _regex ??= new Regex(Pattern, RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, MatchLimit);
        try
        {
            return _regex.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Id;
}
