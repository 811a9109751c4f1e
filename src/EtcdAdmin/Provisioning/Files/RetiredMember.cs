using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Provisioning.Files;

/// <summary>Clears the host of a removed member. Its data is kept in a place where no etcd starts with it by accident.</summary>
internal static class RetiredMember
{
    /// <summary>The mark in the name of the kept data, before the time.</summary>
    public const string Mark = "before-removal";

    private static string AsideScript => ShellScript.Of(typeof(RetiredMember), "set-data-aside");

    /// <summary>Moves the data aside and removes configuration, keys and unit.</summary>
    /// <param name="host">The host.</param>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="member">The member; it is stopped.</param>
    /// <param name="stamp">The time in the new name of the data.</param>
    /// <param name="cancellationToken">Stops the work; running it again completes it.</param>
    public static async Task ClearAsync(IHost host, string cluster, MemberSpec member, string stamp, CancellationToken cancellationToken)
    {
        var aside = new HostScript(AsideScript) { Arguments = [member.Layout.DataDirectory, member.WalPath ?? "", $"{Mark}-{stamp}"] };
        await host.RunRequiredAsync($"move the data of member {member.Name} aside", aside, cancellationToken).ConfigureAwait(false);
        var remove = new HostScript(UninstallScripts.RemoveMember)
        {
            Arguments = UninstallScripts.Arguments(cluster, member, removeData: false),
        };
        await host.RunRequiredAsync($"remove member {member.Name}", remove, cancellationToken).ConfigureAwait(false);
    }
}
