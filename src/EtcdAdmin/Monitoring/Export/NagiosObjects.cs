using System.Globalization;
using System.Text;
using EtcdAdmin.Text;

namespace EtcdAdmin.Monitoring.Export;

/// <summary>Objects for Nagios: a host for each member, a service for each cluster, and their groups.</summary>
/// <remarks>Source of the format: Nagios Core 4, docs, Object Definitions; names may not have <c>`~!$%^&amp;*|'"&lt;&gt;?,()=</c>
/// (illegal_object_name_chars). <c>$$</c> is a dollar sign, and <c>\;</c> a semicolon that starts no comment (Nagios Core,
/// xdata/xodtemplate.c).</remarks>
internal static class NagiosObjects
{
    /// <summary>The file.</summary>
    public static string File(IReadOnlyList<MonitoredCluster> clusters)
    {
        var text = new StringBuilder(
            """
            # Objects for etcd clusters, written by EtcdAdmin. Add this file with cfg_file in nagios.cfg. The templates generic-host and generic-service come
            # with Nagios. The checks run on the machine of Nagios, as its user: the module EtcdAdmin and the profiles of the clusters must be there
            # (ETCDADMIN_HOME).

            """);
        Add(text, "command",
            ("command_name", "check_etcd_cluster"),
            ("command_line", @"/usr/bin/pwsh -NoProfile -NonInteractive -Command 'Test-EtcdCluster $ARG1$ -Nagios\; exit $$LASTEXITCODE'"));
        Add(text, "hostgroup", ("hostgroup_name", "etcd"), ("alias", "etcd members"));
        Add(text, "servicegroup", ("servicegroup_name", "etcd"), ("alias", "etcd clusters"));
        foreach (MonitoredCluster cluster in clusters) AddCluster(text, cluster);
        return text.ToString();
    }

    /// <summary>The name of a member's host, which Nagios wants to be unique.</summary>
    public static string HostOf(MonitoredCluster cluster, string member) => $"{FileNames.Safe(cluster.Name)}-{FileNames.Safe(member)}";

    private static void AddCluster(StringBuilder text, MonitoredCluster cluster)
    {
        string group = $"etcd-{FileNames.Safe(cluster.Name)}";
        Add(text, "hostgroup", ("hostgroup_name", group), ("alias", $"etcd members of {FileNames.Safe(cluster.Name)}"));
        foreach ((string member, Uri endpoint) in cluster.Members)
        {
            Add(text, "host",
                ("use", "generic-host"),
                ("host_name", HostOf(cluster, member)),
                ("address", EndpointUrl.HostOf(endpoint)),
                ("check_command", string.Create(CultureInfo.InvariantCulture, $"check_tcp!{endpoint.Port}")),
                ("hostgroups", $"etcd,{group}"));
        }

        // The service of the whole cluster needs one host.
        if (cluster.Members is not [(string first, _), ..]) return;
        Add(text, "service",
            ("use", "generic-service"),
            ("host_name", HostOf(cluster, first)),
            ("service_description", $"etcd cluster {FileNames.Safe(cluster.Name)}"),
            ("check_command", $"check_etcd_cluster!{FileNames.Safe(cluster.Name)}"),
            ("check_interval", "5"),
            ("servicegroups", "etcd"));
    }

    private static void Add(StringBuilder text, string kind, params (string Name, string Value)[] entries)
    {
        text.Append(CultureInfo.InvariantCulture, $"\ndefine {kind} {{\n");
        foreach ((string name, string value) in entries) text.Append(CultureInfo.InvariantCulture, $"    {name,-20} {value}\n");
        text.Append("}\n");
    }
}
