using EtcdAdmin.Lab;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Lab;

/// <summary>Logins to the lab's hosts and their rights.</summary>
[Collection(SharedHostLab.Name)]
public sealed class HostLoginTests(HostLabFixture fixture)
{
    [Theory]
    [InlineData("root", "/bin/bash")]
    [InlineData("ops", "/bin/dash")]
    [InlineData("clerk", "/bin/bash")]
    [InlineData("guest", "/bin/bash")]
    public async Task SshAsync_EveryLogin_IsLetInByKeyWithItsShell(string login, string shell)
    {
        HostLab lab = await fixture.GetAsync();

        CommandResult result = await lab["n2"].SshAsync(login, "id -un; hostname; echo $SHELL", TestContext.Current.CancellationToken);

        Assert.True(result.Succeeded, result.Error);
        Assert.Equal($"{login}\nn2\n{shell}", result.Output);
    }

    [Fact]
    public async Task Sudo_EachLogin_MayWhatItIsThereFor()
    {
        HostLab lab = await fixture.GetAsync();
        LabHost host = lab["n1"];
        string withPassword = $"echo {lab.ClerkPassword} | sudo -S id -u";

        CommandResult ops = await host.SshAsync("ops", "sudo -n id -u", TestContext.Current.CancellationToken);
        CommandResult clerkWithout = await host.SshAsync("clerk", "sudo -n id -u", TestContext.Current.CancellationToken);
        CommandResult clerkWith = await host.SshAsync("clerk", withPassword, TestContext.Current.CancellationToken);
        CommandResult guest = await host.SshAsync("guest", withPassword, TestContext.Current.CancellationToken);

        Assert.Equal("0", ops.Output);
        Assert.False(clerkWithout.Succeeded);
        Assert.Equal("0", clerkWith.Output);
        Assert.False(guest.Succeeded);
    }

    [Fact]
    public async Task Hosts_AllOfThem_AreSettledAndKnowEachOther()
    {
        HostLab lab = await fixture.GetAsync();

        foreach (LabHost host in lab.Hosts)
        {
            string state = await host.RunAsync("systemctl is-system-running --wait", TestContext.Current.CancellationToken);
            string known = await host.RunAsync("getent ahostsv4 n3 | head -n 1 | cut -d' ' -f1", TestContext.Current.CancellationToken);

            Assert.Equal("running", state);
            Assert.Equal(lab["n3"].Address.ToString(), known);
        }
    }

    [Fact]
    public async Task ReplaceHostKeysAsync_KnownHost_IsRefusedUntilTrusted()
    {
        HostLab lab = await fixture.GetAsync();
        LabHost host = lab["n3"];

        await host.ReplaceHostKeysAsync(TestContext.Current.CancellationToken);
        CommandResult changed = await host.SshAsync("root", "true", TestContext.Current.CancellationToken);
        await host.TrustHostKeysAsync(TestContext.Current.CancellationToken);
        CommandResult trusted = await host.SshAsync("root", "true", TestContext.Current.CancellationToken);

        Assert.Contains("REMOTE HOST IDENTIFICATION HAS CHANGED", changed.Error, StringComparison.Ordinal);
        Assert.True(trusted.Succeeded, trusted.Error);
    }
}
