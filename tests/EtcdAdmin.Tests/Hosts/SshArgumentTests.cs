using EtcdAdmin.Hosts;
using EtcdAdmin.Recovery.Quorum;
using FsCheck;
using FsCheck.Fluent;

namespace EtcdAdmin.Tests.Hosts;

/// <summary>Whatever an argument holds, it arrives as it is: no shell on the way reads it as anything else.</summary>
public sealed class SshArgumentTests : SshTest
{
    private const string Bracketed = """for word in "$@"; do printf '<%s>' "$word"; done""";

    // The login shell is the account's; this puts another one in its place.
    public static TheoryData<string> Shells =>
        ["", "ForceCommand exec dash -c \"$SSH_ORIGINAL_COMMAND\"", "ForceCommand exec bash -c \"$SSH_ORIGINAL_COMMAND\""];

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task RunAsync_ShellMetacharacters_ArriveUnchanged(string config)
    {
        IRemoteHost host = Host((await StartAsync(config)).Connection);
        string[] words =
        [
            "", " ", "two words", "$(touch /tmp/x) `id` $HOME ${x} $((1+1))", "\"quoted\" 'single' \\ \\\\ \\'", "* ? [a-z] ~ {a,b}",
            "a;b&c|d<e>f(g)", "line\nbreak\ttab\r", "-n", "--", "!history", "ünïcode ✓", "#comment", "'", "''", "\\",
        ];

        ScriptResult result = await host.RunAsync(Script(Bracketed, words), Token);

        Assert.Equal(string.Concat(words.Select(word => $"<{word}>")), result.Output);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task RunAsync_AnyWords_ArriveUnchanged(string config)
    {
        IRemoteHost host = Host((await StartAsync(config)).Connection);
        Gen<string> word = ArbMap.Default.GeneratorFor<NonNull<string>>()
            .Select(text => string.Concat(text.Get.Where(c => c != '\0' && !char.IsSurrogate(c))));

        foreach (string[] words in word.ArrayOf(12).Sample(25, 40))
        {
            ScriptResult result = await host.RunAsync(Script(Bracketed, words), Token);

            Assert.Equal(string.Concat(words.Select(each => $"<{each}>")), result.Output);
        }
    }
}
