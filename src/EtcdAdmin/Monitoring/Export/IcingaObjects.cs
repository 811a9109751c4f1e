using System.Globalization;
using System.Text;
using EtcdAdmin.Text;

namespace EtcdAdmin.Monitoring.Export;

/// <summary>Objects for Icinga 2: a host for each member, a service for each cluster, and their groups.</summary>
/// <remarks>Source of the format: icinga2, doc/09-object-types.md and doc/17-language-reference.md. In strings, <c>$$</c> is a dollar sign.</remarks>
internal static class IcingaObjects
{
    /// <summary>The file.</summary>
    public static string File(IReadOnlyList<MonitoredCluster> clusters)
    {
        var text = new StringBuilder(
            """
            // Objects for etcd clusters, written by EtcdAdmin. Put this file into /etc/icinga2/conf.d. The template generic-host, generic-service and the
            // command tcp come with Icinga. The checks run on the machine of Icinga, as its user: the module EtcdAdmin and the profiles of the clusters
            // must be there (ETCDADMIN_HOME).

            object CheckCommand "etcd-cluster" {
              command = [ "/usr/bin/pwsh", "-NoProfile", "-NonInteractive", "-Command", "Test-EtcdCluster $etcd_cluster$ -Nagios; exit $$LASTEXITCODE" ]
              timeout = 1m
            }

            object HostGroup "etcd" {
              display_name = "etcd members"
            }

            object ServiceGroup "etcd" {
              display_name = "etcd clusters"
            }

            """);
        foreach (MonitoredCluster cluster in clusters) AddCluster(text, cluster);
        return text.ToString();
    }

    private static void AddCluster(StringBuilder text, MonitoredCluster cluster)
    {
        string name = FileNames.Safe(cluster.Name);
        text.Append(CultureInfo.InvariantCulture, $"\nobject HostGroup \"etcd-{name}\" {{\n  display_name = \"etcd members of {name}\"\n}}\n");
        foreach ((string member, Uri endpoint) in cluster.Members)
        {
            text.Append(CultureInfo.InvariantCulture,
                $$"""

                object Host "{{NagiosObjects.HostOf(cluster, member)}}" {
                  import "generic-host"
                  address = "{{EndpointUrl.HostOf(endpoint)}}"
                  check_command = "tcp"
                  vars.tcp_port = {{endpoint.Port}}
                  groups = [ "etcd", "etcd-{{name}}" ]
                }

                """);
        }

        // The service of the whole cluster needs one host.
        if (cluster.Members is not [(string first, _), ..]) return;
        text.Append(CultureInfo.InvariantCulture,
            $$"""

            object Service "etcd-cluster-{{name}}" {
              import "generic-service"
              host_name = "{{NagiosObjects.HostOf(cluster, first)}}"
              display_name = "etcd cluster {{name}}"
              check_command = "etcd-cluster"
              vars.etcd_cluster = "{{name}}"
              check_interval = 5m
              groups = [ "etcd" ]
            }

            """);
    }
}
