namespace EtcdAdmin.Hosts.Processes;

/// <summary>
/// Keeps the variables that etcd and its tools take for settings away from the programs that are started: they are for what the operator
/// runs himself. etcdctl refuses to run where a variable and an argument say the same, and the other tools take what no argument says.
/// </summary>
/// <remarks>In scripts on hosts the function <c>clean_environment</c> does the same.</remarks>
internal static class EtcdEnvironment
{
    // Without this one, etcd before 3.5 does not run at all on other processors than amd64; it says where it runs, not what it is to do.
    private const string Kept = "ETCD_UNSUPPORTED_ARCH";

    private static readonly string[] Prefixes = ["ETCD_", "ETCDCTL_", "ETCDUTL_"];

    /// <summary>Removes them from what a program of this machine is to inherit.</summary>
    public static void Clean(IDictionary<string, string?> environment)
    {
        foreach (string name in environment.Keys.Where(IsSetting).ToList()) environment.Remove(name);
    }

    // As the system itself compares names.
    private static bool IsSetting(string name)
    {
        StringComparison comparison = OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        return !name.Equals(Kept, comparison) && Prefixes.Any(prefix => name.StartsWith(prefix, comparison));
    }
}
