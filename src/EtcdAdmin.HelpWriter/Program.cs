using System.Reflection;
using System.Runtime.Loader;
using System.Xml;
using System.Xml.Linq;
using EtcdAdmin.HelpWriter;

if (args is not [string assemblyPath, string commentsPath, string apiPath, string outputPath, string topicPath, string topicOutputPath])
{
    await Console.Error.WriteLineAsync(
        "Usage: EtcdAdmin.HelpWriter <cmdlet assembly> <its XML comments> <System.Management.Automation.dll> <help file> <topic about errors> <the "
            + "same with its list>")
        .ConfigureAwait(false);
    return 2;
}

// The assembly is only inspected, never run: it was compiled against a reference assembly whose methods do nothing.
AssemblyLoadContext.Default.Resolving += (context, name) =>
    context.LoadFromAssemblyPath(name.Name == Path.GetFileNameWithoutExtension(apiPath)
        ? Path.GetFullPath(apiPath)
        : Path.Combine(Path.GetDirectoryName(Path.GetFullPath(assemblyPath))!, name.Name + ".dll")); // a file has a folder
Assembly assembly = AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.GetFullPath(assemblyPath));

// Most output types of the cmdlets are types of the core; its comments are in the same folder.
string corePath = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(assemblyPath))!, "EtcdAdmin.xml"); // a file has a folder
var comments = new Comments(XDocument.Load(commentsPath), XDocument.Load(corePath));
CmdletModel[] cmdlets =
[
    .. assembly.GetTypes().Select(CmdletModel.From).OfType<CmdletModel>().OrderBy(cmdlet => cmdlet.Name, StringComparer.Ordinal),
];

var help = new XElement(Maml.Help + "helpItems", new XAttribute("schema", "maml"),
    cmdlets.Select(cmdlet => new MamlWriter(comments).Write(cmdlet, cmdlets)));

Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(outputPath))!); // a file has a folder
using (var writer = XmlWriter.Create(outputPath, new XmlWriterSettings { Indent = true }))
{
    help.WriteTo(writer);
}

await File.WriteAllTextAsync(
    topicOutputPath, ErrorTopic.Write(await File.ReadAllTextAsync(topicPath).ConfigureAwait(false), assembly, comments)).ConfigureAwait(false);

foreach (string missing in comments.Missing)
    await Console.Error.WriteLineAsync($"{commentsPath} : error HELP001: {missing} has no summary.").ConfigureAwait(false);
return comments.Missing.Count == 0 ? 0 : 1;
