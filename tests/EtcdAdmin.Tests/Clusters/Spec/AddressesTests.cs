using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;

namespace EtcdAdmin.Tests.Clusters.Spec;

public sealed class AddressesTests
{
    [Theory]
    [InlineData("10.0.0.1", true)]
    [InlineData("fd00::1", true)]
    [InlineData("n1.example", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("::", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fe80::1%eth0", false)]
    public void IsReachable_AddressThatMeansTheSameEverywhere_Only(string address, bool expected)
    {
        Assert.Equal(expected, Addresses.IsReachable(address));
        Assert.Equal(
            address.StartsWith("fe80", StringComparison.Ordinal), Addresses.WhyNot(address).Contains("link-local", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("fe80::1%eth0", "link-local")]
    [InlineData("10.0.0.1, fe80::1", "link-local")]
    [InlineData("n1", "not an IP address")]
    public void CheckBind_WhatEtcdCannotListenOn_IsRefused(string addresses, string reason)
    {
        var error = Assert.Throws<EtcdException>(() => Addresses.CheckBind(addresses));

        Assert.Equal(EtcdErrorIds.SpecInvalid, error.ErrorId);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }
}
