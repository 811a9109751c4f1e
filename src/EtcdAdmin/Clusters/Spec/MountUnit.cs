using System.Globalization;
using System.Text;

namespace EtcdAdmin.Clusters.Spec;

/// <summary>Names of systemd mount units.</summary>
internal static class MountUnit
{
    /// <summary>systemd's name for the unit of a mount point: its escaped path.</summary>
    /// <param name="mountPoint">A full path.</param>
    public static string Name(string mountPoint)
    {
        var name = new StringBuilder();
        foreach (byte value in Encoding.UTF8.GetBytes(mountPoint.Trim('/')))
        {
            char letter = (char)value;
            if (letter == '/') name.Append('-');
            else if (char.IsAsciiLetterOrDigit(letter) || letter is '_' or ':' || (letter == '.' && name.Length > 0)) name.Append(letter);
            else name.Append("\\x").Append(value.ToString("x2", CultureInfo.InvariantCulture));
        }

        return name.Append(".mount").ToString();
    }
}
