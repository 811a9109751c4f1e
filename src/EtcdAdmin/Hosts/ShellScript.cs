using System.Collections.Concurrent;
using System.Reflection;
using System.Text;

namespace EtcdAdmin.Hosts;

/// <summary>
/// Shell that runs on hosts: <c>.sh</c> files beside the code that sends them, so that shell tools can read them. They are POSIX sh, for dash, bash and
/// busybox. What they work on are their arguments and standard input; nothing is ever pasted into their text.
/// </summary>
/// <remarks>
/// The comment at the top of a file says what its arguments are and is not sent. A line <c># uses: as_user free_name</c> in it names shared functions, which
/// lie in <c>Hosts/Scripts</c>, one file each, and may use others themselves; their text goes before the script's.
/// </remarks>
internal static class ShellScript
{
    private const string Extension = ".sh";
    private const string Shared = "Hosts/Scripts/";
    private const string Uses = "# uses: ";

    private static readonly Assembly Here = typeof(ShellScript).Assembly;
    private static readonly ConcurrentDictionary<string, string> Read = new(StringComparer.Ordinal);

    /// <summary>All files, by their paths below <c>src/EtcdAdmin</c>.</summary>
    public static IEnumerable<string> Paths => Here.GetManifestResourceNames().Where(name => name.EndsWith(Extension, StringComparison.Ordinal));

    /// <summary>The text of a script, with the shared functions that it uses.</summary>
    /// <param name="sender">The type that sends it: the file lies in its folder.</param>
    /// <param name="name">The file's name without <c>.sh</c>.</param>
    /// <exception cref="InvalidOperationException">There is no such file, or it uses a function that there is not.</exception>
    public static string Of(Type sender, string name)
    {
        string folder = sender.Namespace![(nameof(EtcdAdmin).Length + 1)..].Replace('.', '/'); // all types have one, which is their folder
        return Load($"{folder}/{name}{Extension}");
    }

    /// <summary>The same by the path of its file.</summary>
    public static string Load(string path) => Read.GetOrAdd(path, static found =>
    {
        var functions = new List<string>();
        string own = Resolve(found, functions);
        return string.Concat(functions.Append(own));
    });

    private static string Resolve(string path, List<string> functions)
    {
        string text = ReadFile(path);
        int begin = text.StartsWith("#!", StringComparison.Ordinal) ? 0 : HeaderLength(text);
        foreach (string line in text[..HeaderLength(text)].Split('\n'))
        {
            if (!line.StartsWith(Uses, StringComparison.Ordinal)) continue;
            foreach (string function in line[Uses.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                string needed = Resolve(Shared + function + Extension, functions);
                if (!functions.Contains(needed)) functions.Add(needed);
            }
        }

        return text[begin..];
    }

    private static int HeaderLength(string text)
    {
        int at = 0;
        while (at < text.Length && text[at] == '#')
        {
            int end = text.IndexOf('\n', at);
            at = end < 0 ? text.Length : end + 1;
        }

        return at;
    }

    private static string ReadFile(string path)
    {
        using Stream stream = Here.GetManifestResourceStream(path) ?? throw new InvalidOperationException($"There is no shell script {path}.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
