using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Hosts;

namespace EtcdAdmin.Provisioning.Files;

/// <summary>Clears the host of a member that is no longer one. Its data stays, where nothing starts with it by accident.</summary>
internal static class RetiredMember
{
    /// <summary>What the place of its data is marked with, before the time.</summary>
    public const string Mark = "before-removal";

    private static string AsideScript => ShellScript.Of(typeof(RetiredMember), "set-data-aside");

    /// <summary>Moves the data aside and removes configuration, keys and unit.</summary>
    /// <param name="host">Where.</param>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="member">Stopped by now.</param>
    /// <param name="stamp">Marks the data's new place.</param>
    /// <param name="cancellationToken">Stops it; doing it again completes it.</param>
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
