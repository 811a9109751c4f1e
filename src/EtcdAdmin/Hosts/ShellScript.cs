using System.Collections.Concurrent;
using System.Reflection;
using System.Text;

namespace EtcdAdmin.Hosts;

/// <summary>
/// Shell that runs on hosts: <c>.sh</c> files beside the code that sends them, so that shell tools can read them. They are POSIX sh, for dash, bash
/// and
/// busybox. What they work on are their arguments and standard input; nothing is ever pasted into their text.
/// </summary>
/// <remarks>
/// <para>
/// The comment at the top of a file says what its arguments are and is not sent. A line <c># uses: as_user free_name</c> in it names functions, one
/// file each,
/// which may use others themselves; their text goes before the script's. They lie in the folder <c>Scripts</c> beside the script, or in
/// <c>Hosts/Scripts</c> if scripts of several folders use them.
/// </para>
/// <para>
/// A file that begins with <c>#!</c> is one that is put on hosts, for people to read: it keeps the comment at its top, the functions with theirs
/// come next,
/// then the rest. Only lines for this loader and for shellcheck are left out.
/// </para>
/// </remarks>
internal static class ShellScript
{
    private const string Extension = ".sh";
    private const string Functions = "Scripts/";
    private const string Shared = "Hosts/" + Functions;
    private const string Uses = "# uses: ";
    private const string ForShellcheck = "# shellcheck ";

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
        (string header, string body) = ReadFile(found);
        bool isForPeople = header.StartsWith("#!", StringComparison.Ordinal);
        var functions = new List<string>();
        AddFunctions(found, header, isForPeople, functions);
        string all = string.Concat([isForPeople ? header : "", .. functions, body]);
        return isForPeople ? ForPeople(all) : all;
    });

    private static void AddFunctions(string path, string header, bool withComments, List<string> functions)
    {
        IEnumerable<string> names = header.Split('\n').Where(line => line.StartsWith(Uses, StringComparison.Ordinal))
            .SelectMany(line => line[Uses.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        foreach (string place in names.Select(name => PlaceOf(path, name)))
        {
            (string comment, string body) = ReadFile(place);
            AddFunctions(place, comment, withComments, functions);
            string text = withComments ? "\n" + comment + body : body;
            if (!functions.Contains(text)) functions.Add(text);
        }
    }

    private static string PlaceOf(string user, string function)
    {
        string folder = user[..(user.LastIndexOf('/') + 1)];
        string beside = (folder.EndsWith(Functions, StringComparison.Ordinal) ? folder : folder + Functions) + function + Extension;
        return Here.GetManifestResourceInfo(beside) is null ? Shared + function + Extension : beside;
    }

    private static string ForPeople(string text) => string.Join('\n', text.Split('\n').Where(line => !IsForTools(line.TrimStart())));

    private static bool IsForTools(string line) =>
        line.StartsWith(Uses, StringComparison.Ordinal) || line.StartsWith(ForShellcheck, StringComparison.Ordinal);

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

    private static (string Header, string Body) ReadFile(string path)
    {
        using Stream stream = Here.GetManifestResourceStream(path) ?? throw new InvalidOperationException($"There is no shell script {path}.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        string text = reader.ReadToEnd();
        int header = HeaderLength(text);
        return (text[..header], text[header..]);
    }
}
