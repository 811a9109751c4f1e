using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;
using EtcdAdmin.Text;

namespace EtcdAdmin.Provisioning.Tls;

/// <summary>How the schedules on hosts connect to their members: their settings have URL and certificates.</summary>
internal static class ScheduleTargets
{
    private static readonly string[] Kinds = ["snapshot", "maintenance"];

    private static string Script => ShellScript.Of(typeof(ScheduleTargets), "retarget-schedules");

    /// <summary>Makes the schedules on the host of a member connect to it as a specification has it. Their times and other settings stay.</summary>
    public static async Task WriteAsync(
        AdminContext context, string cluster, ClusterSpec spec, MemberSpec member, CancellationToken cancellationToken)
    {
        if (member.Connection is null || member.Unit is null) return; // members on this machine have no schedules
        MemberLayout layout = member.Layout;
        string[] settings =
        [
            member.ClientUrl(spec.Tls).GetLeftPart(UriPartial.Authority),
            spec.Tls ? layout.CaFile : "",
            spec.Tls ? layout.ServerCertificateFile : "",
            spec.Tls ? layout.ServerKeyFile : "",
        ];
        var script = new HostScript(Script)
        {
            Arguments = [.. settings.Select(PosixShell.Quote), .. Kinds.Select(kind => Settings(kind, cluster))],
        };
        await context.HostOf(member).RunRequiredAsync($"change the schedules for member {member.Name}", script, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>The settings of a schedule. Those who register schedules use this place.</summary>
    internal static string Settings(string kind, string cluster) => $"/etc/etcd-{kind}-{cluster}/{kind}-schedule.conf";
}
