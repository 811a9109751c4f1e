using System.Reflection;
using System.Text;

namespace EtcdAdmin.HelpWriter;

/// <summary>Writes the topic about errors: the list of ids is in the code, the text around it in docs/.</summary>
internal static class ErrorTopic
{
    private const string Placeholder = "    {error ids}";
    private const int Width = 78;
    private const string Indent = "        ";

    /// <summary>The topic with the list in place of its placeholder.</summary>
    /// <param name="source">The text around the list.</param>
    /// <param name="cmdlets">The assembly that turns errors into records.</param>
    /// <param name="comments">The meanings of the ids.</param>
    public static string Write(string source, Assembly cmdlets, Comments comments)
    {
        if (!source.Contains(Placeholder, StringComparison.Ordinal))
            throw new InvalidOperationException($"The line '{Placeholder.Trim()}' is missing.");
        Type ids = Assembly.Load("EtcdAdmin").GetType("EtcdAdmin.Errors.EtcdErrorIds", throwOnError: true)!; // or has thrown
        MethodInfo categoryOf = Method(cmdlets, "EtcdAdmin.PowerShell.Errors.ErrorRecords", "CategoryOf");
        MethodInfo kindOf = Method(ids.Assembly, "EtcdAdmin.Errors.EtcdErrorKinds", "Of");
        var entries = new List<string>();
        foreach (FieldInfo field in ids.GetFields().OrderBy(field => (string)field.GetRawConstantValue()!, StringComparer.Ordinal)) // all are texts
        {
            object id = field.GetRawConstantValue()!;
            entries.Add($"    {id} ({categoryOf.Invoke(null, [kindOf.Invoke(null, [id])])})\n{Wrap(comments.Summary(field))}");
        }

        return source.Replace(Placeholder, string.Join('\n', entries), StringComparison.Ordinal);
    }

    private static MethodInfo Method(Assembly assembly, string type, string name) =>
        assembly.GetType(type, throwOnError: true)!.GetMethod(name, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        ?? throw new InvalidOperationException($"{type} has no method {name}.");

    private static string Wrap(string text)
    {
        var lines = new StringBuilder(Indent);
        int column = Indent.Length;
        foreach (string word in text.Split(' '))
        {
            if (column > Indent.Length && column + word.Length >= Width)
            {
                lines.Append('\n').Append(Indent);
                column = Indent.Length;
            }
            else if (column > Indent.Length)
            {
                lines.Append(' ');
                column++;
            }

            lines.Append(word);
            column += word.Length;
        }

        return lines.ToString();
    }
}
