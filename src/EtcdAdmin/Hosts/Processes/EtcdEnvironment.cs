namespace EtcdAdmin.Hosts.Processes;

/// <summary>
/// Removes the variables with settings of etcd and its tools from the programs that are started: they are for commands that the operator
/// runs. etcdctl refuses to run if a variable and an argument set the same option, and the other tools use variables for options without an
/// argument.
/// </summary>
/// <remarks>In scripts on hosts the function <c>clean_environment</c> does the same.</remarks>
internal static class EtcdEnvironment
{
    // Before 3.5 etcd needs this variable to run on processors other than amd64; it does not change what etcd does.
    private const string Kept = "ETCD_UNSUPPORTED_ARCH";

    private static readonly string[] Prefixes = ["ETCD_", "ETCDCTL_", "ETCDUTL_"];

    /// <summary>Removes the variables from the environment for a program of this machine.</summary>
    public static void Clean(IDictionary<string, string?> environment)
    {
        foreach (string name in environment.Keys.Where(IsSetting).ToList()) environment.Remove(name);
    }

    // Names are compared like the system does.
    private static bool IsSetting(string name)
    {
        StringComparison comparison = OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        return !name.Equals(Kept, comparison) && Prefixes.Any(prefix => name.StartsWith(prefix, comparison));
    }
}
