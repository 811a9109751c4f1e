using System.Globalization;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Hosts.Connections;

/// <summary>What the parts of a <see cref="HostConnection"/> may be.</summary>
internal static class HostConnectionRules
{
    // ssh hands host and user to ProxyCommand and Match exec, that is, to shells of the operator's machine.
    private const string HostPunctuation = "._-:%";
    private const string UserPunctuation = "._-+@";

    /// <summary>A letter, digit or one of <c>._-:%</c> (the last for the zone of a link-local address); no leading dash.</summary>
    public static string CheckHostName(string value) => CheckWord(value, "host name", HostPunctuation);

    /// <summary>A letter, digit or one of <c>._-+@</c>; no leading dash.</summary>
    public static string CheckUserName(string value) => CheckWord(value, "user name", UserPunctuation);

    public static int CheckPort(int port) => port is >= 1 and <= ushort.MaxValue
        ? port
        : throw Invalid(port.ToString(CultureInfo.InvariantCulture), "a port is a number from 1 to 65535");

    public static TimeSpan CheckTimeout(TimeSpan timeout) => timeout >= TimeSpan.FromSeconds(1) && timeout <= TimeSpan.FromDays(1)
        ? timeout
        : throw Invalid(timeout.ToString("c", CultureInfo.InvariantCulture), "a timeout for connecting is from one second to one day");

    public static string CheckPath(string path, string what)
    {
        if (string.IsNullOrWhiteSpace(path)) throw Invalid(path, $"the path of the {what} is empty");
        return path.Any(char.IsControl) ? throw Invalid(path, $"the path of the {what} holds a control character") : path;
    }

    public static EtcdException Invalid(string given, string why) =>
        new(EtcdErrorIds.SpecInvalid, $"'{Printable(given)}' says no way to a host: {why}.")
        {
            Target = given,
            NextStep = "Write host, user@host, host:port or user@host:port; IPv6 with a port as [address]:port.",
        };

    private static string CheckWord(string value, string what, string punctuation)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Length == 0) throw Invalid(value, $"the {what} is empty");
        if (value[0] == '-') throw Invalid(value, $"a {what} begins with no dash");
        foreach (char c in value)
        {
            if (char.IsLetterOrDigit(c) || punctuation.Contains(c, StringComparison.Ordinal)) continue;
            string shown = char.IsWhiteSpace(c) ? "white space" : char.IsControl(c) ? "a control character" : $"'{c}'";
            throw Invalid(value, $"a {what} holds no {shown.Replace("a control", "control", StringComparison.Ordinal)}");
        }

        return value;
    }

    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
}
