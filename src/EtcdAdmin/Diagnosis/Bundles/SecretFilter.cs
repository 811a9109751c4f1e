using System.Text.RegularExpressions;

namespace EtcdAdmin.Diagnosis.Bundles;

/// <summary>
/// Removes secrets from text: private keys, passwords, tokens, user information in URLs. It removes too much rather than too little.
/// </summary>
/// <param name="known">Secrets that this session knows, such as the password of the user; they are removed wherever they are.</param>
internal sealed partial class SecretFilter(IReadOnlyList<string> known)
{
    /// <summary>What stands in the place of a secret.</summary>
    public const string Mark = "[secret removed]";

    // Shorter ones are words that any text has.
    private const int ShortestKnown = 4;

    private const string Words =
        "passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|encryption[_-]?key|credential|signature|authorization";

    private const string Name = @"[\w.-]*(?:" + Words + @")[\w.-]*";

    private const RegexOptions Any = RegexOptions.CultureInvariant | RegexOptions.IgnoreCase;

    /// <summary>The text without secrets.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>The text, and how many secrets were removed.</returns>
    public (string Text, int Removed) Remove(string text)
    {
        int removed = 0;
        foreach (string secret in known.Where(secret => secret.Length >= ShortestKnown && text.Contains(secret, StringComparison.Ordinal)))
        {
            removed++;
            text = text.Replace(secret, Mark, StringComparison.Ordinal);
        }

        text = PrivateKey().Replace(text, _ => Count());
        text = CutPrivateKey().Replace(text, _ => Count());
        return (string.Join('\n', text.Split('\n').Select(Line)), removed);

        string Count(string before = "", string after = "")
        {
            removed++;
            return before + Mark + after;
        }

        string Named(Match match) => IsHarmless(match) ? match.Value : Count(match.Groups[1].Value);

        string Line(string line)
        {
            line = Encoded().Replace(line, match => match.Value.All(char.IsAsciiHexDigit) ? match.Value : Count());
            line = UserInfo().Replace(
                line, match => match.Value.Contains(Mark, StringComparison.Ordinal) ? match.Value : Count(match.Groups[1].Value, "@"));
            line = Token().Replace(line, _ => Count());
            line = Scheme().Replace(line, match => Count(match.Groups[1].Value + " "));
            line = UserOption().Replace(line, match => Count(match.Groups[1].Value));
            if (!Word().IsMatch(line)) return line;
            line = WholeLine().Replace(line, Named);
            line = Escaped().Replace(line, Named);
            line = Quoted().Replace(line, match => IsHarmless(match) ? match.Value : Count(match.Groups[1].Value + '"', "\""));
            line = QuotedPair().Replace(line, Named);
            line = Value().Replace(line, Named);
            return Spoken().Replace(line, match => Count(match.Groups[1].Value));
        }
    }

    // etcd's settings with such names whose values are not secret: auth-token names a kind of token, the token of a cluster decides
    // whether members accept each other and is in all their logs, and files are named but not read.
    private static bool IsHarmless(Match match)
    {
        string name = match.Groups[2].Value, value = match.Groups[3].Value.Trim('"', '\'', ' ', '\\', ',');
        return value.Length == 0 || value.StartsWith('[')
            || name.Replace('_', '-').Contains("cluster-token", StringComparison.OrdinalIgnoreCase)
            || name.Replace('_', '-').EndsWith("-ttl", StringComparison.OrdinalIgnoreCase)
            || value is "simple" or "true" or "false" or "null" || value.StartsWith("jwt,", StringComparison.Ordinal)
            || (name.EndsWith("file", StringComparison.OrdinalIgnoreCase) && value.StartsWith('/'));
    }

    // In a log, each line of a key may have a prefix, and a JSON line has \n instead of line breaks.
    [GeneratedRegex(@"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z0-9 ]*PRIVATE KEY-----", RegexOptions.CultureInvariant)]
    private static partial Regex PrivateKey();

    // A key whose end was cut off, and one whose beginning was: what is kept of a log begins anywhere.
    [GeneratedRegex(@"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*\z|\A(?:[^\n]*\n){0,400}?[^\n]*-----END [A-Z0-9 ]*PRIVATE KEY-----",
        RegexOptions.CultureInvariant)]
    private static partial Regex CutPrivateKey();

    // A line of a key without both its ends.
    [GeneratedRegex(@"(?<![\w+/=.-])[A-Za-z0-9+/]{60,}={0,2}(?![\w+/=.-])", RegexOptions.CultureInvariant)]
    private static partial Regex Encoded();

    // To the last @ of the word: a password may have a slash or an @ in it, although it should not.
    [GeneratedRegex(@"([A-Za-z][A-Za-z0-9+.-]*://)[^\s""'<>\\]*@", RegexOptions.CultureInvariant)]
    private static partial Regex UserInfo();

    // JSON Web Tokens; etcd's simple tokens (server/auth/simple_token.go: 16 letters and an index); ids of access keys of S3.
    [GeneratedRegex(@"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]+|\b[A-Za-z]{16}\.\d+\b|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b", RegexOptions.CultureInvariant)]
    private static partial Regex Token();

    // HTTP's Authorization.
    [GeneratedRegex(@"\b(Bearer|Basic)\s+[A-Za-z0-9+/=._~-]{8,}", Any)]
    private static partial Regex Scheme();

    // etcdctl --user root:password
    [GeneratedRegex(@"(--?user(?:name)?[\s=]+[^\s:]+:)[^\s""'\[][^\s""']*", Any)]
    private static partial Regex UserOption();

    [GeneratedRegex(Words, Any)]
    private static partial Regex Word();

    // A setting in a YAML or environment file: its value may have spaces.
    [GeneratedRegex(@"\A(\s*(?:[#;]\s*)?(?:-\s+)?(?:export\s+)?(" + Name + @")\s*[:=]\s*)(.*\S)", Any)]
    private static partial Regex WholeLine();

    // \"password\":\"…\" within the text of a JSON line.
    [GeneratedRegex(@"((" + Name + @")(?:\\[""'])?\s*[:=]\s*\\[""'])((?:(?!\\[""']).)+)", Any)]
    private static partial Regex Escaped();

    // "password": "…" and password='…'
    [GeneratedRegex(@"((" + Name + @")[""']?\s*[:=]\s*)(""(?:\\.|[^""\\])*""?|'[^']*'?)", Any)]
    private static partial Regex Quoted();

    // "PASSWORD=two words", as systemd's Environment= has it.
    [GeneratedRegex(@"([""'](" + Name + @")=)([^""']+)", Any)]
    private static partial Regex QuotedPair();

    // password=…, and --password …
    [GeneratedRegex(@"((" + Name + @")(?:\s*[:=]\s*|(?<=(?<!\w)--?[\w-]*)\s+))([^\s,;&""'\\]+)", Any)]
    private static partial Regex Value();

    // password hunter2: the next word, if it does not look like one of a language. The mark itself begins with such a word.
    [GeneratedRegex(@"((?<!\[)\b(?:passw(?:or)?d|passphrase|token|secret)\b(?:\s+(?:is|was))?\s+)(?=\S*[\d!#$%^&*+])[^\s""'\[]{4,}", Any)]
    private static partial Regex Spoken();
}
