using System.Globalization;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Hosts.Connections;

/// <summary>The allowed values in a <see cref="HostConnection"/>.</summary>
internal static class HostConnectionRules
{
    // ssh passes host and user to ProxyCommand and Match exec, and so to shells on the operator's machine.
    private const string HostPunctuation = "._-:%";
    private const string UserPunctuation = "._-+@";

    /// <summary>Allows letters, digits and <c>._-:%</c> (the last for the zone of a link-local address); no leading dash.</summary>
    public static string CheckHostName(string value) => CheckWord(value, "host name", HostPunctuation);

    /// <summary>Allows letters, digits and <c>._-+@</c>; no leading dash.</summary>
    public static string CheckUserName(string value) => CheckWord(value, "user name", UserPunctuation);

    public static int CheckPort(int port) => port is >= 1 and <= ushort.MaxValue
        ? port
        : throw Invalid(port.ToString(CultureInfo.InvariantCulture), "the port must be a number from 1 to 65535");

    public static TimeSpan CheckTimeout(TimeSpan timeout) => timeout >= TimeSpan.FromSeconds(1) && timeout <= TimeSpan.FromDays(1)
        ? timeout
        : throw Invalid(timeout.ToString("c", CultureInfo.InvariantCulture), "the timeout for connecting must be from one second to one day");

    public static string CheckPath(string path, string what)
    {
        if (string.IsNullOrWhiteSpace(path)) throw Invalid(path, $"the path of the {what} is empty");
        return path.Any(char.IsControl) ? throw Invalid(path, $"the path of the {what} contains a control character") : path;
    }

    public static EtcdException Invalid(string given, string why) =>
        new(EtcdErrorIds.SpecInvalid, $"'{Printable(given)}' is not a valid host connection: {why}.")
        {
            Target = given,
            NextStep = "Use host, user@host, host:port or user@host:port. Write an IPv6 address with a port as [address]:port.",
        };

    private static string CheckWord(string value, string what, string punctuation)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Length == 0) throw Invalid(value, $"the {what} is empty");
        if (value[0] == '-') throw Invalid(value, $"the {what} must not start with a dash");
        foreach (char c in value)
        {
            if (char.IsLetterOrDigit(c) || punctuation.Contains(c, StringComparison.Ordinal)) continue;
            string shown = char.IsWhiteSpace(c) ? "white space" : char.IsControl(c) ? "a control character" : $"'{c}'";
            throw Invalid(value, $"the {what} must not contain {shown}");
        }

        return value;
    }

    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
}
