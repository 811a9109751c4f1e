using System.Text;

namespace EtcdAdmin.Upgrades.Adoption;

/// <summary>Reads what systemd prints and reads as text: lists of variables, files with variables, command lines.</summary>
internal static class UnitText
{
    private const string NeedsEscape = "\"\\`$"; // SHELL_NEED_ESCAPE in systemd's src/basic/escape.h

    private enum Place
    {
        BeforeName,
        Name,
        BeforeValue,
        Value,
        Escape,
        SingleQuotes,
        DoubleQuotes,
        EscapeInQuotes,
        Comment,
    }

    /// <summary>Splits a list as <c>systemctl show</c> prints it: separated by spaces, in double quotes where needed.</summary>
    public static IReadOnlyList<string> Words(string? text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        bool isQuoted = false, isWord = false;
        string all = text ?? "";
        for (int i = 0; i < all.Length; i++)
        {
            char c = all[i];
            if (c == '\\' && isQuoted && i + 1 < all.Length) word.Append(all[++i]);
            else if (c == '"') (isQuoted, isWord) = (!isQuoted, true);
            else if (!isQuoted && char.IsWhiteSpace(c)) End();
            else
            {
                word.Append(c);
                isWord = true;
            }
        }

        End();
        return words;

        void End()
        {
            if (isWord) words.Add(word.ToString());
            word.Clear();
            isWord = false;
        }
    }

    /// <summary>The variables of an environment file, as <c>NAME=value</c>, in the order of the file.</summary>
    /// <remarks>The states are those of systemd's src/basic/env-file.c; the rules are in systemd.exec(5), EnvironmentFile=.</remarks>
    public static IReadOnlyList<string> Variables(string text)
    {
        var variables = new List<string>();
        var name = new StringBuilder();
        var value = new StringBuilder();
        int trailing = -1; // where the spaces at the end of an unquoted value begin
        var place = Place.BeforeName;
        foreach (char c in text.ReplaceLineEndings("\n") + "\n") Take(c);
        return variables;

        void Take(char c)
        {
            switch (place)
            {
                case Place.BeforeName when c is '#' or ';':
                    place = Place.Comment;
                    break;
                case Place.BeforeName when !char.IsWhiteSpace(c):
                    name.Append(c);
                    place = Place.Name;
                    break;
                case Place.Name when c == '\n':
                    name.Clear();
                    place = Place.BeforeName;
                    break;
                case Place.Name when c == '=':
                    place = Place.BeforeValue;
                    break;
                case Place.Name:
                    name.Append(c);
                    break;
                case Place.BeforeValue or Place.Value when c == '\n':
                    End();
                    break;
                case Place.BeforeValue when c == '\'':
                    place = Place.SingleQuotes;
                    break;
                case Place.BeforeValue when c == '"':
                    place = Place.DoubleQuotes;
                    break;
                case Place.BeforeValue or Place.Value when c == '\\':
                    trailing = -1;
                    place = Place.Escape;
                    break;
                case Place.BeforeValue when char.IsWhiteSpace(c):
                    break;
                case Place.BeforeValue or Place.Value:
                    if (!char.IsWhiteSpace(c)) trailing = -1;
                    else if (trailing < 0) trailing = value.Length;
                    value.Append(c);
                    place = Place.Value;
                    break;
                case Place.Escape:
                    if (c != '\n') value.Append(c); // the next line continues this one
                    place = Place.Value;
                    break;
                case Place.SingleQuotes or Place.DoubleQuotes when c == (place == Place.SingleQuotes ? '\'' : '"'):
                    place = Place.BeforeValue;
                    break;
                case Place.DoubleQuotes when c == '\\':
                    place = Place.EscapeInQuotes;
                    break;
                case Place.SingleQuotes or Place.DoubleQuotes:
                    value.Append(c);
                    break;
                case Place.EscapeInQuotes:
                    if (NeedsEscape.Contains(c, StringComparison.Ordinal)) value.Append(c);
                    else if (c != '\n') value.Append('\\').Append(c);
                    place = Place.DoubleQuotes;
                    break;
                case Place.Comment when c == '\n':
                    place = Place.BeforeName;
                    break;
            }
        }

        void End()
        {
            if (place == Place.Value && trailing >= 0) value.Length = trailing;
            string found = name.ToString().TrimEnd();
            // systemd ignores other names, such as "export ETCD_NAME".
            if (found.Length > 0 && !char.IsAsciiDigit(found[0]) && found.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
                variables.Add($"{found}={value}");
            name.Clear();
            value.Clear();
            trailing = -1;
            place = Place.BeforeName;
        }
    }

    /// <summary>
    /// A command line with its variables: <c>$NAME</c> as a word of its own becomes the words of its value, <c>${NAME}</c> its value.
    /// </summary>
    /// <remarks>systemd.service(5), "Command lines".</remarks>
    public static IReadOnlyList<string> Expand(IReadOnlyList<string> words, IReadOnlyList<string> variables)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string variable in variables)
        {
            if (variable.IndexOf('=', StringComparison.Ordinal) is > 0 and var at) values[variable[..at]] = variable[(at + 1)..];
        }

        return
        [
            .. words.SelectMany(word => word.Length > 1 && word[0] == '$' && word[1] is not ('{' or '$')
                ? values.GetValueOrDefault(word[1..], "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                : [Replace(word, values)]),
        ];
    }

    private static string Replace(string word, Dictionary<string, string> values)
    {
        var text = new StringBuilder();
        int at = 0;
        while (word.IndexOf("${", at, StringComparison.Ordinal) is >= 0 and var start && word.IndexOf('}', start) is >= 0 and var end)
        {
            text.Append(word, at, start - at).Append(values.GetValueOrDefault(word[(start + 2)..end], ""));
            at = end + 1;
        }

        return text.Append(word, at, word.Length - at).ToString();
    }
}
