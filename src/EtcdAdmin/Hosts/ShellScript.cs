using System.Collections.Concurrent;
using System.Reflection;
using System.Text;

namespace EtcdAdmin.Hosts;

/// <summary>
/// Shell scripts that run on hosts: <c>.sh</c> files beside the code that sends them, so that shell tools can read them. They are POSIX
/// sh, for dash, bash and busybox. Their inputs are arguments and standard input; values are never inserted into their text.
/// </summary>
/// <remarks>
/// <para>
/// The comment at the top of a file describes its arguments and is not sent. A line <c># uses: as_user free_name</c> in it names
/// functions, which may use other functions. Each function is in its own file, and its text is placed before the script's. The files
/// are in the folder <c>Scripts</c> beside the script, or in <c>Hosts/Scripts</c> if scripts of several folders use them.
/// </para>
/// <para>
/// A file that begins with <c>#!</c> is put on hosts, and operators read it: the comment at its top is kept, then come the functions
/// with their comments, then the rest of the script. Only lines for this loader and for shellcheck are left out.
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

    /// <summary>The text of a script, with the functions that it uses.</summary>
    /// <param name="sender">The type that sends it; the file is in the folder of that type.</param>
    /// <param name="name">The file's name without <c>.sh</c>.</param>
    /// <exception cref="InvalidOperationException">The file or a function that it uses does not exist.</exception>
    public static string Of(Type sender, string name)
    {
        string folder = sender.Namespace![(nameof(EtcdAdmin).Length + 1)..].Replace('.', '/'); // all types have a namespace, which is their folder
        return Load($"{folder}/{name}{Extension}");
    }

    /// <summary>The text of a script, by the path of its file.</summary>
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
