using System.Xml.Linq;

namespace EtcdAdmin.HelpWriter;

/// <summary>The XML namespaces of PowerShell's help files.</summary>
internal static class Maml
{
    public static readonly XNamespace Help = "http://msh";
    public static readonly XNamespace Text = "http://schemas.microsoft.com/maml/2004/10";
    public static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    public static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    public static XElement Description(string text) => new(Text + "description", new XElement(Text + "para", text));
}
