using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Tests.Text;

/// <summary>What operators write for an endpoint, and what becomes of it.</summary>
public sealed class EndpointUrlTests
{
    [Theory]
    [InlineData("http://10.0.0.1:2379", "http://10.0.0.1:2379")]
    [InlineData("https://10.0.0.1:2379/", "https://10.0.0.1:2379")]
    [InlineData("HTTPS://N1.Example:2379", "https://n1.example:2379")]
    [InlineData(" n1.example:4001 ", "http://n1.example:4001")]
    [InlineData("n1.example", "http://n1.example:2379")]
    [InlineData("localhost", "http://localhost:2379")]
    [InlineData("host_1:2379", "http://host_1:2379")]
    [InlineData("10.0.0.1", "http://10.0.0.1:2379")]
    [InlineData("https://n1.example", "https://n1.example")]
    [InlineData("::1", "http://[::1]:2379")]
    [InlineData("[::1]", "http://[::1]:2379")]
    [InlineData("[::1]:4001", "http://[::1]:4001")]
    [InlineData("http://[::1]:2379", "http://[::1]:2379")]
    [InlineData("http://::1", "http://[::1]")]
    [InlineData("fd00::10", "http://[fd00::10]:2379")]
    [InlineData("2001:db8:0:0:0:0:0:1", "http://[2001:db8::1]:2379")]
    [InlineData("2001:db8::a:b", "http://[2001:db8::a:b]:2379")]
    [InlineData("fe80::1%eth0", "http://[fe80::1%25eth0]:2379")]
    [InlineData("[fe80::1%eth0]:4001", "http://[fe80::1%25eth0]:4001")]
    [InlineData("https://[fe80::1%25eth0]:2379/", "https://[fe80::1%25eth0]:2379")]
    [InlineData("https://[fe80::1%eth0]:2379", "https://[fe80::1%25eth0]:2379")]
    public void Parse_WhatOperatorsWrite_BecomesTheEndpointTheyMean(string text, string expected)
    {
        Uri endpoint = EndpointUrl.Parse(text, secure: false);

        Assert.Equal(expected, EndpointUrl.Show(endpoint));
        Assert.Equal(expected, EndpointUrl.Show(EndpointUrl.Parse(EndpointUrl.Show(endpoint), secure: true)));
        Assert.Equal(expected, EndpointUrl.Show(new Uri(endpoint.OriginalString))); // as a profile keeps it
        if (expected.Contains('%', StringComparison.Ordinal)) Assert.Equal("fe80::1%eth0", EndpointUrl.HostOf(new Uri(EndpointUrl.Show(endpoint))));
    }

    [Theory]
    [InlineData("", "empty", "https://10.0.0.1:2379")]
    [InlineData("::1:2379", "the address ::1 with the port 2379", "[::1]:2379")]
    [InlineData("fd00::1:2379", "the address fd00::1 with the port 2379", "[fd00::1]:2379")]
    [InlineData("fe80::1%eth0:2379", "must be in brackets", "[fe80::1%eth0]:2379")]
    [InlineData("2001:db8:0:0:0:0:0:1:2379", "must be in brackets", "[2001:db8:0:0:0:0:0:1]:2379")]
    [InlineData("http://fd00:::2379", "must be in brackets", "[fd00::]:2379")]
    [InlineData("fe80::1", "link-local", "[fe80::1%eth0]:2379")]
    [InlineData("a:b:c", "several colons", "")]
    [InlineData("[::1", "not closed", "")]
    [InlineData("[n1]:2379", "not an IPv6 address", "")]
    [InlineData("[::1]2379", "may follow the bracket", "")]
    [InlineData("[fe80::1%]:2379", "not an IPv6 address", "")]
    [InlineData("http://10.0.0.1:2379/v2/keys", "an endpoint has no path", "")]
    [InlineData("http://10.0.0.1:2379?x=1", "an endpoint has no path", "")]
    [InlineData("ftp://10.0.0.1:2379", "the scheme is 'ftp'", "")]
    [InlineData("unix:///run/etcd.sock", "the scheme is 'unix'", "")]
    [InlineData("http://10.0.0.1:99999", "the port '99999' is not", "")]
    [InlineData("http://10.0.0.1:0", "the port '0' is not", "")]
    [InlineData("http://10.0.0.1:", "the port '' is not", "")]
    [InlineData("10.1:2379", "not an IPv4 address", "")]
    [InlineData("010.0.0.1:2379", "not an IPv4 address", "")]
    [InlineData("10.0.0.256:2379", "not an IPv4 address", "")]
    [InlineData(":2379", "has no host", "")]
    [InlineData("two words", "not a host name", "")]
    public void Parse_WhatIsNoEndpoint_IsRefusedWithTheWayToWriteIt(string text, string reason, string nextStep)
    {
        var error = Assert.Throws<EtcdException>(() => EndpointUrl.Parse(text, secure: false));

        Assert.Equal(EtcdErrorIds.SpecInvalid, error.ErrorId);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains(nextStep, error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_UserAndPasswordInIt_AreRefusedAndNotShown()
    {
        var error = Assert.Throws<EtcdException>(() => EndpointUrl.Parse("https://ann:secret@n1:2379", secure: true));

        Assert.DoesNotContain("secret", error.ToString() + error.Target, StringComparison.Ordinal);
        Assert.Contains("-Credential", error.NextStep, StringComparison.Ordinal);
    }
}
